#include "api/work.h"

namespace api {

Reply<JobView> begin_work(Services& services, Call const& call, std::string_view kind, std::string payload,
                          std::optional<base::Time> run_at)
{
    jobs::JobRequest request;
    request.owner_id = call.owner();
    request.kind = kind;
    request.payload = std::move(payload);
    request.run_at = run_at;
    request.idempotency_key = call.job_key();
    auto const job = services.queue.enqueue(request);
    return {view_of(job), 202, {{"Location", "/api/v1/jobs/" + job.id}}};
}

} // namespace api
