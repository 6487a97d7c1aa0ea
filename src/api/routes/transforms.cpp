#include "api/candidates.h"
#include "api/edit_input.h"
#include "api/owned.h"
#include "api/work.h"
#include "jobs/payloads.h"
#include "publishing/publisher.h"
#include "store/tables/assets.h"

namespace api::routes {

struct TransformInput {
    std::string asset_id;
    EditInput edit;
    bool preview = false;
};
BOOST_DESCRIBE_STRUCT(TransformInput, (), (asset_id, edit, preview))
static std::vector<FieldRule> rules_of(TransformInput const*)
{
    return {
        {.name = "asset_id", .help = "What to make a clip of.", .required = true, .length_min = 1, .length_max = 60},
        {.name = "edit", .help = "What is left out is decided."},
        {.name = "preview", .help = "A small, quick clip to look at; render it in full later."}};
}

static Reply<JobView> transform(Services& services, Call const& call, Nothing const&, TransformInput const& input)
{
    services.database.read([&](store::Connection& connection) {
        return owned(store::find_asset(connection, input.asset_id), call, "asset", input.asset_id);
    });
    jobs::TransformPayload const payload{input.asset_id, edit_options(services, call, input.edit), {}, input.preview};
    return begin_work(services, call, "transform", base::to_json(payload));
}

Route start_transform()
{
    return route({.method = "POST",
                  .path = "/api/v1/transforms",
                  .access = Access::Creator,
                  .tag = "transforms",
                  .help = "Makes a clip of an asset, or a preview of it; the job's result names the clip.",
                  .status = 202,
                  .problems = {404}},
                 transform);
}

struct ProduceInput {
    std::string niche;
    std::string candidate_id;
    EditInput edit;
    std::string destination = "outbox";
    std::string rights_note;
};
BOOST_DESCRIBE_STRUCT(ProduceInput, (), (niche, candidate_id, edit, destination, rights_note))
static std::vector<FieldRule> rules_of(ProduceInput const*)
{
    return {
        {.name = "niche", .help = "In which it was found.", .required = true, .length_min = 1, .length_max = 200},
        {.name = "candidate_id",
         .help = "What to make a clip of.",
         .required = true,
         .length_min = 1,
         .length_max = 500},
        {.name = "edit", .help = "What is left out is decided."},
        {.name = "destination", .help = "Where it goes.", .length_min = 1, .length_max = 60, .example = R"("outbox")"},
        {.name = "rights_note", .help = "Why it may be used, where its licence doesn't say.", .length_max = 1000}};
}

static Reply<JobView> produce(Services& services, Call const& call, Nothing const&, ProduceInput const& input)
{
    publishing::find_publisher(input.destination);
    jobs::ProducePayload const payload{
        input.niche,
        known_candidate(services, call, input.niche, input.candidate_id),
        {edit_options(services, call, input.edit), input.destination, input.rights_note}};
    return begin_work(services, call, "produce", base::to_json(payload));
}

Route start_production()
{
    return route({.method = "POST",
                  .path = "/api/v1/productions",
                  .access = Access::Creator,
                  .tag = "transforms",
                  .help = "From a candidate to a clip at its destination: acquire, transform, hand over.",
                  .status = 202,
                  .problems = {404}},
                 produce);
}

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
static std::vector<FieldRule> rules_of(RunInput const*)
{
    return {
        {.name = "niche",
         .help = "What to look for, in words.",
         .required = true,
         .length_min = 1,
         .length_max = 200,
         .example = R"("ai tools")"},
        {.name = "since", .help = "24h, 7d, 30d, or a time.", .length_min = 1, .length_max = 40, .example = R"("7d")"},
        {.name = "candidates", .help = "How many to rank.", .min = 1, .max = 500, .example = "50"},
        {.name = "sources", .help = "Ids of sources to ask; none: all that are enabled.", .length_max = 50},
        {.name = "clips", .help = "How many to make of the best.", .min = 1, .max = 50, .example = "1"},
        {.name = "destination", .help = "Where they go.", .length_min = 1, .length_max = 60, .example = R"("outbox")"},
        {.name = "rights_note", .help = "Why works without a stated licence may be used.", .length_max = 1000}};
}

static Reply<JobView> autopilot(Services& services, Call const& call, Nothing const&, RunInput const& input)
{
    publishing::find_publisher(input.destination);
    jobs::AutopilotPayload payload;
    payload.discover.niche = input.niche;
    payload.discover.since = base::parse_since(input.since, services.clock.now(), "since");
    payload.discover.limit = input.candidates;
    payload.discover.sources = input.sources;
    payload.make = {edit_options(services, call, input.edit), input.destination, input.rights_note};
    payload.clips = input.clips;
    return begin_work(services, call, "autopilot", base::to_json(payload));
}

Route start_run()
{
    return route({.method = "POST",
                  .path = "/api/v1/runs",
                  .access = Access::Creator,
                  .tag = "transforms",
                  .help = "The whole way: discover, rank, acquire, transform, hand over.",
                  .status = 202,
                  .problems = {404}},
                 autopilot);
}

} // namespace api::routes
