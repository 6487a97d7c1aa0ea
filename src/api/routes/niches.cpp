#include "api/owned.h"
#include "api/paging.h"
#include "api/work.h"
#include "jobs/payloads.h"

namespace api::routes {

namespace {

constexpr double seconds_min = 15 * 60;
constexpr double seconds_max = 30 * 24 * 3600;
constexpr int terms_shown = 30;

} // namespace

struct NicheView {
    std::string id;
    std::string name;
    bool watched = false;
    std::int64_t every_seconds = 0;   ///< between two scans
    std::int64_t horizon_seconds = 0; ///< how far back they look
    std::optional<base::Time> next_scan_at;
    std::optional<std::string> scan_job_id;
    std::int64_t scans = 0;
    std::optional<base::Time> scanned_at;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(NicheView, (),
                      (id, name, watched, every_seconds, horizon_seconds, next_scan_at, scan_job_id, scans, scanned_at,
                       created_at, updated_at))

static NicheView view_of(store::Niche const& niche)
{
    return {niche.id,           niche.name,        niche.watched, niche.every_ms / 1000, niche.horizon_ms / 1000,
            niche.next_scan_at, niche.scan_job_id, niche.scans,   niche.scanned_at,      niche.created_at,
            niche.updated_at};
}

static store::Niche find(store::Connection& connection, Call const& call, std::string const& id)
{
    return owned(store::get_niche(connection, id), call, "niche", id);
}

static store::Niche find(Services& services, Call const& call, std::string const& id)
{
    return services.database.read([&](store::Connection& connection) { return find(connection, call, id); });
}

static Page<NicheView> list(Services& services, Call const& call, ListQuery const& query)
{
    auto const rows = services.database.read([&](store::Connection& connection) {
        return store::list_niches(connection, call.owner(), query.limit + 1, decode_cursor(query.cursor));
    });
    return page_of<NicheView>(rows, query.limit, [](auto const& row) { return view_of(row); });
}

static Route list_niches()
{
    return route({.method = "GET", .path = "/api/v1/niches", .tag = "niches", .help = "Niches, newest first."}, list);
}

static NicheView get(Services& services, Call const& call, ById const& parameters)
{
    return view_of(find(services, call, parameters.id));
}

static Route get_niche()
{
    return route({.method = "GET", .path = "/api/v1/niches/{id}", .tag = "niches", .help = "One niche."}, get);
}

struct WatchInput {
    std::optional<bool> watched;
    std::optional<std::int64_t> every_seconds;
    std::optional<std::int64_t> horizon_seconds;
};
BOOST_DESCRIBE_STRUCT(WatchInput, (), (watched, every_seconds, horizon_seconds))
static std::vector<FieldRule> rules_of(WatchInput const*)
{
    return {{.name = "watched", .help = "Scan it again and again."},
            {.name = "every_seconds",
             .help = "Time between two scans.",
             .min = seconds_min,
             .max = seconds_max,
             .example = "14400"},
            {.name = "horizon_seconds",
             .help = "How far back scans look.",
             .min = seconds_min,
             .max = seconds_max,
             .example = "604800"}};
}

struct NicheInput : WatchInput {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(NicheInput, (WatchInput), (name))
static std::vector<FieldRule> rules_of(NicheInput const*)
{
    auto rules = rules_of(static_cast<WatchInput const*>(nullptr));
    rules.push_back({.name = "name",
                     .help = "What to look for, in words.",
                     .required = true,
                     .length_min = 1,
                     .length_max = 200,
                     .example = R"("ai tools")"});
    return rules;
}

static NicheView change(Services& services, Call const& call, std::string const& id, WatchInput const& input)
{
    return services.database.transaction([&](store::Connection& connection) {
        auto niche = find(connection, call, id);
        auto const now = services.clock.now();
        if (input.every_seconds) niche.every_ms = *input.every_seconds * 1000;
        if (input.horizon_seconds) niche.horizon_ms = *input.horizon_seconds * 1000;
        niche.watched = input.watched.value_or(niche.watched);
        niche.next_scan_at.reset();
        if (niche.watched) niche.next_scan_at = discovery::next_slot(niche.id, base::Milliseconds(niche.every_ms), now);
        niche.updated_at = now;
        store::update_niche(connection, niche);
        return view_of(niche);
    });
}

static NicheView create(Services& services, Call const& call, Nothing const&, NicheInput const& input)
{
    return change(services, call, services.discovery.niche(call.owner(), input.name).id, input);
}

static Route create_niche()
{
    return route({.method = "POST",
                  .path = "/api/v1/niches",
                  .access = Access::Creator,
                  .tag = "niches",
                  .help = "Makes a niche known; one of the same words is changed instead.",
                  .status = 201},
                 create);
}

static NicheView update(Services& services, Call const& call, ById const& parameters, WatchInput const& input)
{
    return change(services, call, parameters.id, input);
}

static Route update_niche()
{
    return route({.method = "PATCH",
                  .path = "/api/v1/niches/{id}",
                  .access = Access::Creator,
                  .tag = "niches",
                  .help = "Watches a niche, or stops; what is left out stays."},
                 update);
}

static net::ServerResponse remove(Services& services, Call const& call, ById const& parameters)
{
    services.database.transaction([&](store::Connection& connection) {
        store::remove_niche(connection, find(connection, call, parameters.id).id);
    });
    return {.status = 204};
}

static Route delete_niche()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/niches/{id}",
                  .access = Access::Creator,
                  .tag = "niches",
                  .help = "Forgets a niche and what was learned of it.",
                  .status = 204},
                 remove);
}

static Reply<JobView> rescan(Services& services, Call const& call, ById const& parameters, Nothing const&)
{
    auto const niche = find(services, call, parameters.id);
    jobs::DiscoverPayload payload;
    payload.niche = niche.name;
    payload.since = services.clock.now() - base::Milliseconds(niche.horizon_ms);
    return begin_work(services, call, "discover", base::to_json(payload));
}

static Route scan_niche()
{
    return route({.method = "POST",
                  .path = "/api/v1/niches/{id}/scan",
                  .access = Access::Creator,
                  .tag = "niches",
                  .help = "Scans it now.",
                  .status = 202},
                 rescan);
}

struct NicheTermsView {
    std::vector<discovery::Pattern> keywords;
    std::vector<discovery::Pattern> hashtags;
    std::vector<discovery::Pattern> topics;
};
BOOST_DESCRIBE_STRUCT(NicheTermsView, (), (keywords, hashtags, topics))

static NicheTermsView terms(Services& services, Call const& call, ById const& parameters)
{
    return services.database.read([&](store::Connection& connection) {
        auto const niche = find(connection, call, parameters.id);
        auto const of = [&](store::TermKind kind) {
            std::vector<discovery::Pattern> out;
            for (auto const& term : store::list_terms(connection, niche.id, kind, terms_shown))
                out.push_back({term.term, term.count,
                               term.score_sum / static_cast<double>(std::max<std::int64_t>(term.count, 1))});
            return out;
        };
        return NicheTermsView{of(store::TermKind::Keyword), of(store::TermKind::Hashtag), of(store::TermKind::Topic)};
    });
}

static Route get_niche_terms()
{
    return route({.method = "GET",
                  .path = "/api/v1/niches/{id}/terms",
                  .tag = "niches",
                  .help = "Words that its finds share, with how well those scored."},
                 terms);
}

struct PatternsQuery : ById {
    std::string since = "30d";
    int top = 15;
};
BOOST_DESCRIBE_STRUCT(PatternsQuery, (ById), (since, top))
static std::vector<FieldRule> rules_of(PatternsQuery const*)
{
    auto rules = rules_of(static_cast<ById const*>(nullptr));
    rules.push_back(
        {.name = "since", .help = "30d, or a time.", .length_min = 1, .length_max = 40, .example = R"("30d")"});
    rules.push_back({.name = "top", .help = "Items of each list.", .min = 1, .max = 200, .example = "15"});
    return rules;
}

static discovery::PatternReport patterns(Services& services, Call const& call, PatternsQuery const& query)
{
    auto const niche = find(services, call, query.id);
    auto const since = base::parse_since(query.since, services.clock.now(), "since");
    return services.discovery.patterns(niche, since, static_cast<std::size_t>(query.top));
}

static Route get_niche_patterns()
{
    return route({.method = "GET",
                  .path = "/api/v1/niches/{id}/patterns",
                  .tag = "niches",
                  .help = "What its finds have in common: titles, lengths, openings, hours."},
                 patterns);
}

std::vector<Route> niches()
{
    return {list_niches(),  get_niche(),  create_niche(),    update_niche(),
            delete_niche(), scan_niche(), get_niche_terms(), get_niche_patterns()};
}

} // namespace api::routes
