#pragma once
#include "store/tables/jobs.h"

namespace api {

/// A job as callers see it: no lease, no token, no other user's rows.
struct JobView {
    std::string id;
    std::string kind;
    store::JobState state = store::JobState::Queued;
    std::string reason_code;
    std::string reason;
    std::string next_action;
    int priority = 0;
    int attempt = 0;
    int attempts_max = 0;
    base::Time run_at{}; ///< not before
    std::optional<base::Time> deadline_at;
    double progress = 0;
    std::string stage;
    std::optional<int> eta_seconds;
    std::optional<std::string> parent_id;
    base::Time created_at{};
    base::Time updated_at{};
    std::optional<base::Time> started_at;
    std::optional<base::Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(JobView, (),
                      (id, kind, state, reason_code, reason, next_action, priority, attempt, attempts_max, run_at,
                       deadline_at, progress, stage, eta_seconds, parent_id, created_at, updated_at, started_at,
                       finished_at))

inline JobView view_of(store::Job const& job)
{
    return {job.id,          job.kind,       job.state,      job.reason_code,  job.reason,
            job.next_action, job.priority,   job.attempt,    job.attempts_max, job.run_at,
            job.deadline_at, job.progress,   job.stage,      job.eta_seconds,  job.parent_id,
            job.created_at,  job.updated_at, job.started_at, job.finished_at};
}

struct JobEventView {
    base::Time at{};
    store::JobState state = store::JobState::Queued;
    std::string reason_code;
    std::string reason;
    std::string next_action;
    int attempt = 0;
};
BOOST_DESCRIBE_STRUCT(JobEventView, (), (at, state, reason_code, reason, next_action, attempt))

/// With all that is known of it.
struct JobDetail : JobView {
    base::RawJson result; ///< what it made, once done; null before
    std::vector<JobEventView> history;
};
BOOST_DESCRIBE_STRUCT(JobDetail, (JobView), (result, history))

inline JobDetail detail_of(store::Job const& job, std::vector<store::JobEvent> const& events)
{
    JobDetail out{view_of(job), {job.result.value_or("null")}, {}};
    for (auto const& event : events)
        out.history.push_back(
            {event.created_at, event.state, event.reason_code, event.reason, event.next_action, event.attempt});
    return out;
}

} // namespace api
