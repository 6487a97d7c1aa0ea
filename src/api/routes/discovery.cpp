#include "api/paging.h"
#include "api/work.h"
#include "jobs/payloads.h"
#include "store/tables/candidates.h"

#include <charconv>

namespace api::routes {

struct ScanInput {
    std::string niche;
    std::string since = "7d";
    int limit = 50;
    std::vector<std::string> sources;
    bool refine = true;
};
BOOST_DESCRIBE_STRUCT(ScanInput, (), (niche, since, limit, sources, refine))
static std::vector<FieldRule> rules_of(ScanInput const*)
{
    return {
        {.name = "niche",
         .help = "What to look for, in words.",
         .required = true,
         .length_min = 1,
         .length_max = 200,
         .example = R"("ai tools")"},
        {.name = "since", .help = "24h, 7d, 30d, or a time.", .length_min = 1, .length_max = 40, .example = R"("7d")"},
        {.name = "limit", .help = "Candidates to keep.", .min = 1, .max = 500, .example = "50"},
        {.name = "sources", .help = "Ids of sources to ask; none: all that are enabled.", .length_max = 50},
        {.name = "refine", .help = "Ask a language model too, where one is configured."}};
}

static Reply<JobView> scan(Services& services, Call const& call, Nothing const&, ScanInput const& input)
{
    jobs::DiscoverPayload payload;
    payload.niche = input.niche;
    payload.since = base::parse_since(input.since, services.clock.now(), "since");
    payload.limit = input.limit;
    payload.sources = input.sources;
    payload.refine = input.refine;
    auto const known = services.discovery.parts().scanner.list();
    for (auto const& id : input.sources)
        if (std::ranges::none_of(known, [&](auto const& source) { return source.id == id; }))
            base::fail(base::ErrorCode::InvalidInput, base::Next{"GET /api/v1/sources lists them"},
                       "sources: there is no source '{}'", base::truncate_utf8(id, 60));
    return begin_work(services, call, "discover", base::to_json(payload));
}

Route start_scan()
{
    return route({.method = "POST",
                  .path = "/api/v1/discovery/scans",
                  .access = Access::Creator,
                  .tag = "discovery",
                  .help = "Asks the sources for a niche; the job's result holds the ranked candidates.",
                  .status = 202},
                 scan);
}

struct CandidatesQuery : ListQuery {
    std::optional<std::string> niche;
};
BOOST_DESCRIBE_STRUCT(CandidatesQuery, (ListQuery), (niche))
static std::vector<FieldRule> rules_of(CandidatesQuery const*)
{
    return {limit_rule(), cursor_rule(), {.name = "niche", .help = "Only this niche's.", .length_max = 200}};
}

/// What is remembered of a find.
struct CandidateView {
    std::string niche;
    base::Time found_at{};
    discovery::Candidate candidate;
};
BOOST_DESCRIBE_STRUCT(CandidateView, (), (niche, found_at, candidate))

/// The list is ordered by score, which may change between two pages: its cursor is a position, not a row.
static int position_of(std::string const& cursor)
{
    auto const text = decode_cursor(cursor);
    int position = 0;
    std::from_chars(text.data(), text.data() + text.size(), position);
    return std::clamp(position, 0, 100'000);
}

static Page<CandidateView> candidates(Services& services, Call const& call, CandidatesQuery const& query)
{
    store::CandidateFilter filter;
    filter.owner_id = call.owner();
    if (query.niche) filter.niche = discovery::niche_words(*query.niche);
    filter.offset = position_of(query.cursor);
    filter.limit = query.limit + 1;
    auto const rows = services.database.read(
        [&](store::Connection& connection) { return store::list_candidates(connection, filter); });
    Page<CandidateView> page;
    for (auto const& row : rows) {
        if (page.items.size() == static_cast<std::size_t>(query.limit)) {
            page.next_cursor = encode_cursor(std::to_string(filter.offset + query.limit));
            break;
        }
        page.items.push_back(
            {row.niche, row.found_at, base::read_json<discovery::Candidate>(row.data, "a candidate's row")});
    }
    return page;
}

Route list_candidates()
{
    return route({.method = "GET",
                  .path = "/api/v1/discovery/candidates",
                  .access = Access::Viewer,
                  .tag = "discovery",
                  .help = "What earlier scans found, best first."},
                 candidates);
}

} // namespace api::routes
