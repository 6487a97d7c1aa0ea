#include "api/paging.h"
#include "api/work_input.h"
#include "store/tables/candidates.h"

#include <charconv>

namespace api::routes {

static Reply<JobView> scan(Services& services, Call const& call, Nothing const&, ScanInput const& input)
{
    return begin_work(services, call, "discover", base::to_json(payload_of(services, input)));
}

static Route start_scan()
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

static Route list_candidates()
{
    return route({.method = "GET",
                  .path = "/api/v1/discovery/candidates",
                  .access = Access::Viewer,
                  .tag = "discovery",
                  .help = "What earlier scans found, best first."},
                 candidates);
}

std::vector<Route> discovery() { return {start_scan(), list_candidates()}; }

} // namespace api::routes
