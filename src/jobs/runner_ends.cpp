#include "jobs/runner_engine.h"

namespace jobs {

using store::Connection;

std::optional<store::JobRelease> Runner::Engine::release_of_failure(HeldJob& held, base::Error const& error)
{
    auto const cause = held.cause();
    if (cause == StopCause::LostLease) return std::nullopt;
    if (cause != StopCause::None) return release_of(held.job(), cause, retry(held.type()));
    return release_of(held.job(), error, retry(held.type()));
}

std::optional<store::JobRelease> Runner::Engine::perform(HeldJob& held, std::function<void(Connection&)>& also)
{
    auto const& job = held.job();
    try {
        if (ending_) base::fail(base::ErrorCode::Cancelled, "shut down before it began");
        if (job.attempt > job.attempts_max)
            base::fail(base::ErrorCode::Internal, "it ran {} times without an end", job.attempts_max);
        auto outcome = held.type().run(held);
        if (auto* done = std::get_if<Done>(&outcome)) also = std::move(done->in_same_transaction);
        auto result = release_of(outcome, now());
        result.claimed_at = held.started();
        return result;
    } catch (base::Error const& error) {
        return release_of_failure(held, error);
    } catch (std::exception const& error) {
        return release_of_failure(held, base::Error(base::ErrorCode::Internal, error.what()));
    }
}

store::ReleaseReport Runner::Engine::write_release(HeldJob& held, store::JobRelease const& release,
                                                   std::function<void(Connection&)> const& also)
{
    for (int attempt = 1;; ++attempt) {
        try {
            return queue_.parts().database.transaction([&](Connection& connection) {
                auto report = store::release_job(connection, held.claim(), release, now());
                if (report.written && also) also(connection);
                return report;
            });
        } catch (store::DatabaseError const& error) {
            // The work is done and only its record is missing: worth trying for as long as the job is ours.
            if (error.code != base::ErrorCode::Storage || ending_ || held.lease_is_over()) throw;
            log_.warning("job.release_delayed", {{"job", held.job().id}, {"reason", error.what()}});
        }
        base::sleep_for({}, options_.backoff.delay(attempt, random_));
    }
}

void Runner::Engine::release(HeldJob& held, store::JobRelease const& wanted,
                             std::function<void(Connection&)> const& also)
{
    auto written = wanted;
    store::ReleaseReport report;
    try {
        report = write_release(held, wanted, also);
    } catch (base::Error const& error) {
        if (!also || error.code == base::ErrorCode::Storage) throw;
        written =
            release_of(held.job(), error, retry(held.type())); // the job's own rows were refused: that is its failure
        report = write_release(held, written, {});
    } catch (std::exception const& error) {
        if (!also) throw;
        written = release_of(held.job(), base::Error(base::ErrorCode::Internal, error.what()), retry(held.type()));
        report = write_release(held, written, {});
    }
    tell(held, written, report);
}

void Runner::Engine::fenced(HeldJob const& held)
{
    ++counters_.fenced;
    log_.warning("job.fenced", {{"job", held.job().id}, {"claim", held.job().token}, {"worker", options_.worker}});
}

void Runner::Engine::tell(HeldJob& held, store::JobRelease const& release, store::ReleaseReport const& report)
{
    auto job = held.job();
    if (!report.written) return fenced(held);
    job.state = report.parent_woken && release.state == JobState::Waiting ? JobState::Queued : release.state;
    job.reason_code = release.reason.code;
    job.reason = release.reason.text;
    if (job.state == JobState::Done) ++counters_.done;
    if (job.reason_code == "handed_back") ++counters_.handed_back;
    auto const smooth = job.state == JobState::Done || job.state == JobState::Waiting || !release.counts_as_attempt;
    if (!smooth) ++counters_.failed_attempts;
    log_.info(
        "job." + base::enum_text(job.state),
        {{"job", job.id}, {"kind", job.kind}, {"attempt", std::int64_t{job.attempt}}, {"reason", job.reason_code}});
    for (auto const& id : report.to_stop)
        queue_.parts().bus.publish(topic::cancel, fmt::format(R"({{"id":"{}"}})", id));
    if (job.state == JobState::Queued)
        queue_.ring(job);
    else
        queue_.announce(job);
    if (report.parent_woken) queue_.parts().bus.publish(topic::queued, "{}");
}

} // namespace jobs
