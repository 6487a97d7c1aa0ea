#include "jobs/outcome.h"
#include "jobs/runner.h"

namespace jobs {

static constexpr int rows_per_round_max = 100; // one transaction; others get their turn in between
static constexpr int rounds_max = 100;

namespace {

/// What one round changed, to be told once it is committed.
struct Round {
    SweepReport report;
    std::vector<std::string> to_stop;
    std::vector<Job> moved;
    bool full() const
    {
        return report.leases_expired == rows_per_round_max || report.deadlines_passed == rows_per_round_max ||
               report.parents_woken == rows_per_round_max || report.families_deleted == rows_per_round_max;
    }
};

} // namespace

static Round sweep_once(store::Connection& connection, SweepOptions const& options, Retry const& retry)
{
    Round round;
    auto const move = [&](Job job, store::JobRelease const& release) {
        auto const below = store::move_job(connection, job, release, retry.now);
        round.to_stop.insert(round.to_stop.end(), below.begin(), below.end());
        job.state = release.state;
        job.reason_code = release.reason.code;
        job.reason = release.reason.text;
        round.moved.push_back(std::move(job));
    };
    store::shorten_leases(connection, retry.now + options.lease * 3 / 2, retry.now + options.lease, rows_per_round_max);
    if (options.take_leases) {
        for (auto const& job : store::expired_jobs(connection, retry.now, rows_per_round_max)) {
            move(job, release_of_expired(job, retry));
            ++round.report.leases_expired;
        }
    }
    for (auto const& job : store::overdue_jobs(connection, retry.now, rows_per_round_max)) {
        move(job, release_of_overdue(job));
        ++round.report.deadlines_passed;
    }
    round.report.parents_woken = store::wake_parents(connection, retry.now, rows_per_round_max);
    round.report.families_deleted = store::prune_jobs(connection, retry.now - options.keep_ended, rows_per_round_max);
    return round;
}

SweepReport sweep(Queue& queue, SweepOptions const& options, base::Random& random)
{
    auto const& parts = queue.parts();
    SweepReport total;
    for (int number = 0; number < rounds_max; ++number) {
        Retry const retry{options.backoff, random, parts.clock.now()};
        auto const round = parts.database.transaction(
            [&](store::Connection& connection) { return sweep_once(connection, options, retry); });
        for (auto const& id : round.to_stop) parts.bus.publish(topic::cancel, fmt::format(R"({{"id":"{}"}})", id));
        for (auto const& job : round.moved) queue.announce(job);
        if (!round.moved.empty() || round.report.parents_woken > 0) parts.bus.publish(topic::queued, "{}");
        total.leases_expired += round.report.leases_expired;
        total.deadlines_passed += round.report.deadlines_passed;
        total.parents_woken += round.report.parents_woken;
        total.families_deleted += round.report.families_deleted;
        if (!round.full()) break;
    }
    return total;
}

} // namespace jobs
