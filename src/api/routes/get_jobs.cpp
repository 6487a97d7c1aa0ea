#include "api/job_view.h"
#include "api/route.h"

namespace api::routes {

struct JobsOutput {
    std::vector<JobView> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(JobsOutput, (), (items, next_cursor))

static net::ServerResponse handle(Services& services, Call const& call)
{
    store::JobFilter filter;
    filter.owner_id = services.owner;
    for (auto const& state : base::split_list(call.text("state")))
        filter.states.push_back(base::enum_value<store::JobState>(state, "state"));
    filter.limit = call.integer("limit", 50, 1, 200);
    filter.cursor = call.text("cursor");
    auto const page =
        services.database.read([&](store::Connection& connection) { return store::list_jobs(connection, filter); });
    JobsOutput output;
    for (auto const& job : page.items) output.items.push_back(view_of(job));
    output.next_cursor = page.next_cursor;
    return json_response(output);
}

Route get_jobs()
{
    return {"GET", "/api/v1/jobs", Role::Viewer, "Jobs, newest first: ?state=queued,running&limit=&cursor=", handle};
}

} // namespace api::routes
