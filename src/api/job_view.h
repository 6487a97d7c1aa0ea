#pragma once
#include "store/tables/jobs.h"

namespace api {

/// A job as callers see it: no lease, no token, no other user's rows.
struct JobView {
    std::string id;
    std::string kind;
    std::string state;
    std::string reason_code;
    std::string reason;
    std::string next_action;
    int attempt = 0;
    int attempts_max = 0;
    std::optional<base::Time> deadline_at;
    double progress = 0;
    std::string stage;
    std::optional<int> eta_seconds;
    std::optional<std::string> parent_id;
    base::Time created_at{};
    base::Time updated_at{};
    std::optional<base::Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(JobView, (),
                      (id, kind, state, reason_code, reason, next_action, attempt, attempts_max, deadline_at, progress,
                       stage, eta_seconds, parent_id, created_at, updated_at, finished_at))

inline JobView view_of(store::Job const& job)
{
    return {job.id,          job.kind,         base::enum_text(job.state),
            job.reason_code, job.reason,       job.next_action,
            job.attempt,     job.attempts_max, job.deadline_at,
            job.progress,    job.stage,        job.eta_seconds,
            job.parent_id,   job.created_at,   job.updated_at,
            job.finished_at};
}

} // namespace api
