#include "api/job_view.h"
#include "api/route.h"

namespace api::routes {

struct JobEventView {
    base::Time at{};
    std::string state;
    std::string reason_code;
    std::string reason;
    std::string next_action;
    int attempt = 0;
};
BOOST_DESCRIBE_STRUCT(JobEventView, (), (at, state, reason_code, reason, next_action, attempt))

struct JobOutput : JobView {
    std::vector<JobEventView> history;
};
BOOST_DESCRIBE_STRUCT(JobOutput, (JobView), (history))

static net::ServerResponse handle(Services& services, Call const& call)
{
    auto const& id = call.path.at("id");
    auto const output = services.database.read([&](store::Connection& connection) {
        auto const job = store::find_job(connection, id);
        if (!job || job->owner_id != services.owner)
            base::fail(base::ErrorCode::NotFound, "there is no job {}", base::truncate_utf8(id, 60));
        JobOutput out{{view_of(*job)}, {}};
        for (auto const& event : store::list_job_events(connection, id))
            out.history.push_back({event.created_at, base::enum_text(event.state), event.reason_code, event.reason,
                                   event.next_action, event.attempt});
        return out;
    });
    return json_response(output);
}

Route get_job() { return {"GET", "/api/v1/jobs/{id}", Role::Viewer, "One job with its history.", handle}; }

} // namespace api::routes
