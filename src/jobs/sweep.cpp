#include "jobs/outcome.h"
#include "jobs/runner.h"

namespace jobs {

static constexpr int rows_per_sweep_max = 100;

SweepReport sweep(Queue& queue, base::Backoff const& backoff, base::Random& random)
{
    auto const& parts = queue.parts();
    auto const now = parts.clock.now();
    Retry const retry{backoff, random, now};
    SweepReport report;
    std::vector<std::string> to_stop;
    std::vector<Job> moved;
    parts.database.transaction([&](store::Connection& connection) {
        report = {};
        to_stop.clear();
        moved.clear();
        auto const move = [&](Job job, store::JobRelease const& release) {
            auto const below = store::move_job(connection, job, release, now);
            to_stop.insert(to_stop.end(), below.begin(), below.end());
            job.state = release.state;
            job.reason_code = release.reason.code;
            job.reason = release.reason.text;
            moved.push_back(std::move(job));
        };
        for (auto const& job : store::expired_jobs(connection, now, rows_per_sweep_max)) {
            move(job, release_of_expired(job, retry));
            ++report.leases_expired;
        }
        for (auto const& job : store::overdue_jobs(connection, now, rows_per_sweep_max)) {
            move(job, release_of_overdue(job));
            ++report.deadlines_passed;
        }
        report.parents_woken = store::wake_parents(connection, now, rows_per_sweep_max);
    });
    for (auto const& id : to_stop) parts.bus.publish(topic::cancel, fmt::format(R"({{"id":"{}"}})", id));
    for (auto const& job : moved) queue.announce(job);
    if (!moved.empty() || report.parents_woken > 0) parts.bus.publish(topic::queued, "{}");
    return report;
}

} // namespace jobs
