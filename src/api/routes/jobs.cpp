#include "api/job_view.h"
#include "api/paging.h"

namespace api::routes {

struct JobsQuery : ListQuery {
    std::vector<store::JobState> state;
    std::optional<std::string> kind;
    std::optional<std::string> parent_id;
};
BOOST_DESCRIBE_STRUCT(JobsQuery, (ListQuery), (state, kind, parent_id))
static std::vector<FieldRule> rules_of(JobsQuery const*)
{
    return {limit_rule(),
            cursor_rule(),
            {.name = "state", .help = "Only jobs in one of these states.", .length_max = 6},
            {.name = "kind", .help = "Only this kind of work.", .length_max = 60},
            {.name = "parent_id", .help = "Only the steps of this job.", .length_max = 60}};
}

static Page<JobView> list(Services& services, Call const& call, JobsQuery const& query)
{
    store::JobFilter filter;
    filter.owner_id = call.owner();
    filter.states = query.state;
    filter.kind = query.kind;
    filter.parent_id = query.parent_id;
    filter.limit = query.limit;
    filter.cursor = decode_cursor(query.cursor);
    auto page = services.database.read(
        [&](store::Connection& connection) { return store::list_jobs_as<JobView>(connection, filter); });
    if (page.next_cursor) page.next_cursor = encode_cursor(*page.next_cursor);
    return {std::move(page.items), std::move(page.next_cursor)};
}

static Route list_jobs()
{
    return route({.method = "GET",
                  .path = "/api/v1/jobs",
                  .access = Access::Viewer,
                  .tag = "jobs",
                  .help = "Jobs, newest first."},
                 list);
}

static JobDetail get(Services& services, Call const& call, ById const& parameters)
{
    return services.database.read([&](store::Connection& connection) {
        auto const job = store::find_job(connection, parameters.id);
        if (!job || job->owner_id != call.owner())
            base::fail(base::ErrorCode::NotFound, "there is no job {}", parameters.id);
        return detail_of(*job, store::list_job_events(connection, job->id));
    });
}

static Route get_job()
{
    return route({.method = "GET",
                  .path = "/api/v1/jobs/{id}",
                  .access = Access::Viewer,
                  .tag = "jobs",
                  .help = "One job with its result and history."},
                 get);
}

static JobView cancel(Services& services, Call const& call, ById const& parameters, Nothing const&)
{
    auto const job = services.queue.get(parameters.id, call.owner());
    return view_of(services.queue.cancel(job.id));
}

static Route cancel_job()
{
    return route({.method = "POST",
                  .path = "/api/v1/jobs/{id}/cancel",
                  .access = Access::Creator,
                  .tag = "jobs",
                  .help = "Ends a job and its steps. What runs stops soon; 409 where it has ended already.",
                  .problems = {409}},
                 cancel);
}

static JobView retry(Services& services, Call const& call, ById const& parameters, Nothing const&)
{
    auto const job = services.queue.get(parameters.id, call.owner());
    return view_of(services.queue.retry(job.id));
}

static Route retry_job()
{
    return route({.method = "POST",
                  .path = "/api/v1/jobs/{id}/retry",
                  .access = Access::Creator,
                  .tag = "jobs",
                  .help = "A failed or cancelled job starts again with all its attempts; 409 in any other state.",
                  .problems = {409}},
                 retry);
}

std::vector<Route> jobs() { return {list_jobs(), get_job(), cancel_job(), retry_job()}; }

} // namespace api::routes
