#include "jobs/outcome.h"

namespace jobs {

using store::JobRelease;

static std::string const by_itself = "nothing: it goes on by itself";
static std::string const start_again = "start the job again if it is still wanted";

JobRelease release_of(JobOutcome const& outcome, base::Time now)
{
    if (auto const* done = std::get_if<Done>(&outcome))
        return {.state = JobState::Done, .reason = {"done", "finished", "nothing"}, .result = done->result_json};
    if (auto const* waiting = std::get_if<Waiting>(&outcome))
        return {.state = JobState::Waiting, .reason = {"waiting_for_children", waiting->reason, by_itself}};
    auto const& again = std::get<Again>(outcome);
    return {.state = JobState::Queued,
            .reason = {"again", again.reason, by_itself},
            .run_at = std::max(again.at, now + again_delay_min),
            .counts_as_attempt = false};
}

static JobRelease try_again(Job const& job, std::string code, std::string const& text, Retry const& retry)
{
    auto const at = retry.now + retry.backoff.delay(job.attempt, retry.random);
    auto const next = fmt::format("nothing: attempt {} of {} begins by itself at {}", job.attempt + 1, job.attempts_max,
                                  base::format_time(at));
    return {.state = JobState::Queued, .reason = {std::move(code), text, next}, .run_at = at};
}

JobRelease release_of(Job const& job, base::Error const& error, Retry const& retry)
{
    std::string const code(base::name(error.code));
    if (base::is_transient(error.code) && job.attempt < job.attempts_max)
        return try_again(job, code, error.what(), retry);
    auto text = std::string(error.what());
    if (base::is_transient(error.code)) text += fmt::format(" (the last of {} attempts)", job.attempts_max);
    return {.state = JobState::Failed,
            .reason = {code, text,
                       error.next_action.empty() ? "mend the cause, then start the job again" : error.next_action}};
}

JobRelease release_of(Job const& job, StopCause cause, Retry const& retry)
{
    switch (cause) {
    case StopCause::Cancelled:
        return {.state = JobState::Cancelled,
                .reason = {"cancelled", "cancelled on request while it ran", start_again}};
    case StopCause::Deadline: return release_of_overdue(job);
    case StopCause::Timeout:
        return release_of(job, base::Error(base::ErrorCode::Timeout, "the attempt took longer than its kind allows"),
                          retry);
    default:
        return {.state = JobState::Queued,
                .reason = {"handed_back", "its worker was shut down", by_itself},
                .run_at = retry.now,
                .counts_as_attempt = false};
    }
}

JobRelease release_of_overdue(Job const& job)
{
    auto const deadline = job.deadline_at ? base::format_time(*job.deadline_at) : "none";
    return {.state = JobState::Failed,
            .reason = {"deadline", fmt::format("not finished by its deadline {}", deadline), start_again}};
}

JobRelease release_of_expired(Job const& job, Retry const& retry)
{
    if (job.cancel_requested) return release_of(job, StopCause::Cancelled, retry);
    if (job.deadline_at && *job.deadline_at < retry.now) return release_of_overdue(job);
    auto const text = fmt::format("its worker {} fell silent", job.worker);
    if (job.attempt < job.attempts_max) return try_again(job, "lease_expired", text, retry);
    return {.state = JobState::Failed,
            .reason = {"lease_expired", fmt::format("{} in the last of {} attempts", text, job.attempts_max),
                       "see in the log why workers end, then start the job again"}};
}

} // namespace jobs
