#pragma once
#include "api/edit_input.h"
#include "api/work.h"
#include "jobs/payloads.h"

namespace api {

/// What a scan and a run have in common.
inline std::vector<FieldRule> search_rules()
{
    return {
        {.name = "niche",
         .help = "What to look for, in words.",
         .required = true,
         .length_min = 1,
         .length_max = 200,
         .example = R"("ai tools")"},
        {.name = "since", .help = "24h, 7d, 30d, or a time.", .length_min = 1, .length_max = 40, .example = R"("7d")"},
        {.name = "sources", .help = "Ids of sources to ask; none: all that are enabled.", .length_max = 50}};
}

/// What a caller may ask of a scan.
struct ScanInput {
    std::string niche;
    std::string since = "7d";
    int limit = 50;
    std::vector<std::string> sources;
    bool refine = true;
};
BOOST_DESCRIBE_STRUCT(ScanInput, (), (niche, since, limit, sources, refine))
inline std::vector<FieldRule> rules_of(ScanInput const*)
{
    auto rules = search_rules();
    rules.push_back({.name = "limit", .help = "Candidates to keep.", .min = 1, .max = 500, .example = "50"});
    rules.push_back({.name = "refine", .help = "Ask a language model too, where one is configured."});
    return rules;
}

/// What a caller may ask of a whole run.
struct RunInput {
    std::string niche;
    std::string since = "7d";
    int candidates = 50;
    std::vector<std::string> sources;
    int clips = 1;
    EditInput edit;
    std::string destination = "outbox";
    std::string rights_note;
};
BOOST_DESCRIBE_STRUCT(RunInput, (), (niche, since, candidates, sources, clips, edit, destination, rights_note))
inline std::vector<FieldRule> rules_of(RunInput const*)
{
    auto rules = search_rules();
    rules.push_back({.name = "candidates", .help = "How many to rank.", .min = 1, .max = 500, .example = "50"});
    rules.push_back({.name = "clips", .help = "How many to make of the best.", .min = 1, .max = 50, .example = "1"});
    rules.push_back(
        {.name = "destination", .help = "Where they go.", .length_min = 1, .length_max = 60, .example = R"("outbox")"});
    rules.push_back(
        {.name = "rights_note", .help = "Why works without a stated licence may be used.", .length_max = 1000});
    return rules;
}

/// The jobs' payloads; InvalidInput for what is not known, NotFound for what is not the caller's.
jobs::DiscoverPayload payload_of(Services& services, ScanInput const& input);
jobs::AutopilotPayload payload_of(Services& services, Call const& call, RunInput const& input);

/// The payload of work that begins by the calendar: "discover" takes a ScanInput, "autopilot" a RunInput. It goes the
/// same way as a request of now, so a schedule can ask for nothing that its owner may not.
std::string scheduled_payload(Services& services, Call const& call, std::string_view kind,
                              base::json::value const& payload);

} // namespace api
