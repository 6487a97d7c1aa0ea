#include "api/job_view.h"
#include "api/paging.h"
#include "store/tables/job_limits.h"

namespace api::routes {

static constexpr int retried_at_once_max = 200;

struct DeadQuery : ListQuery {
    std::optional<std::string> kind;
};
BOOST_DESCRIBE_STRUCT(DeadQuery, (ListQuery), (kind))
static std::vector<FieldRule> rules_of(DeadQuery const*)
{
    return {limit_rule(), cursor_rule(), {.name = "kind", .help = "Only this kind of work.", .length_max = 60}};
}

static store::JobFilter dead(Call const& call, std::optional<std::string> const& kind)
{
    store::JobFilter filter;
    filter.owner_id = call.owner();
    filter.states = {store::JobState::Failed};
    filter.kind = kind;
    filter.exhausted = true;
    return filter;
}

static Page<JobView> list(Services& services, Call const& call, DeadQuery const& query)
{
    auto filter = dead(call, query.kind);
    filter.limit = query.limit;
    filter.cursor = decode_cursor(query.cursor);
    auto const page = services.queue.list(filter);
    Page<JobView> out;
    for (auto const& job : page.items) out.items.push_back(view_of(job));
    if (page.next_cursor) out.next_cursor = encode_cursor(*page.next_cursor);
    return out;
}

static Route list_dead_letters()
{
    return route({.method = "GET",
                  .path = "/api/v1/dead-letters",
                  .tag = "jobs",
                  .help = "Jobs that failed in the last of their attempts, newest first."},
                 list);
}

struct RetryDead {
    std::optional<std::string> kind;
};
BOOST_DESCRIBE_STRUCT(RetryDead, (), (kind))
static std::vector<FieldRule> rules_of(RetryDead const*)
{
    return {{.name = "kind", .help = "Only this kind of work.", .length_max = 60, .example = R"("publish")"}};
}

struct RetriedView {
    int retried = 0;
    bool more = false; ///< ask again for the rest
};
BOOST_DESCRIBE_STRUCT(RetriedView, (), (retried, more))

static RetriedView retry(Services& services, Call const& call, Nothing const&, RetryDead const& input)
{
    auto filter = dead(call, input.kind);
    filter.limit = retried_at_once_max;
    auto const page = services.queue.list(filter);
    RetriedView out{0, page.next_cursor.has_value()};
    for (auto const& job : page.items) {
        try {
            services.queue.retry(job.id);
            ++out.retried;
        } catch (base::Error const& error) { // somebody was faster
            if (error.code != base::ErrorCode::Conflict) throw;
        }
    }
    return out;
}

static Route retry_dead_letters()
{
    return route({.method = "POST",
                  .path = "/api/v1/dead-letters/retry",
                  .access = Access::Creator,
                  .tag = "jobs",
                  .help = "Starts them again with all their attempts, 200 at a time."},
                 retry);
}

struct LimitView {
    std::string kind;
    std::optional<int> at_once_max;
    std::optional<int> starts_max;
    std::int64_t period_seconds = 60;
};
BOOST_DESCRIBE_STRUCT(LimitView, (), (kind, at_once_max, starts_max, period_seconds))

struct LimitList {
    std::vector<LimitView> items;
};
BOOST_DESCRIBE_STRUCT(LimitList, (), (items))

static LimitView view_of(store::JobLimit const& row)
{
    return {row.kind, row.at_once_max, row.starts_max, row.period_ms / 1000};
}

static LimitList limits(Services& services, Call const&, Nothing const&)
{
    LimitList out;
    for (auto const& row :
         services.database.read([](store::Connection& connection) { return store::list_job_limits(connection); }))
        out.items.push_back(view_of(row));
    return out;
}

static Route list_job_limits()
{
    return route({.method = "GET",
                  .path = "/api/v1/job-limits",
                  .access = Access::Admin,
                  .tag = "jobs",
                  .help = "What holds for kinds of jobs over all workers together."},
                 limits);
}

struct ByKind {
    std::string kind;
};
BOOST_DESCRIBE_STRUCT(ByKind, (), (kind))
static std::vector<FieldRule> rules_of(ByKind const*)
{
    return {{.name = "kind", .help = "A kind of job.", .required = true, .length_min = 1, .length_max = 60}};
}

struct LimitInput {
    std::optional<int> at_once_max;
    std::optional<int> starts_max;
    std::optional<std::int64_t> period_seconds;
};
BOOST_DESCRIBE_STRUCT(LimitInput, (), (at_once_max, starts_max, period_seconds))
static std::vector<FieldRule> rules_of(LimitInput const*)
{
    return {{.name = "at_once_max",
             .help = "Jobs of the kind that run at the same time; absent: no limit.",
             .min = 0,
             .max = 10'000,
             .example = "2"},
            {.name = "starts_max",
             .help = "Starts of it in each period; absent: no limit.",
             .min = 0,
             .max = 1'000'000,
             .example = "30"},
            {.name = "period_seconds", .help = "Length of a period.", .min = 1, .max = 86'400, .example = "60"}};
}

static LimitView set(Services& services, Call const&, ByKind const& parameters, LimitInput const& input)
{
    jobs::find_type(services.queue.types(), parameters.kind);
    store::JobLimit row{parameters.kind, input.at_once_max, input.starts_max};
    row.period_ms = input.period_seconds.value_or(60) * 1000;
    row.updated_at = services.clock.now();
    services.database.transaction([&](store::Connection& connection) { store::set_job_limit(connection, row); });
    return view_of(row);
}

static Route set_job_limit()
{
    return route({.method = "PUT",
                  .path = "/api/v1/job-limits/{kind}",
                  .access = Access::Admin,
                  .tag = "jobs",
                  .help = "Limits a kind: how many run at once, how many start in a period."},
                 set);
}

static net::ServerResponse remove(Services& services, Call const&, ByKind const& parameters)
{
    auto const there = services.database.transaction(
        [&](store::Connection& connection) { return store::remove_job_limit(connection, parameters.kind); });
    if (!there) base::fail(base::ErrorCode::NotFound, "that kind has no limit");
    return {.status = 204};
}

static Route delete_job_limit()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/job-limits/{kind}",
                  .access = Access::Admin,
                  .tag = "jobs",
                  .help = "Takes the limit of a kind away.",
                  .status = 204},
                 remove);
}

std::vector<Route> dead_letters()
{
    return {list_dead_letters(), retry_dead_letters(), list_job_limits(), set_job_limit(), delete_job_limit()};
}

} // namespace api::routes
