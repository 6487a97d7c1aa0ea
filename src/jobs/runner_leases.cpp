#include "jobs/runner_engine.h"

namespace jobs {

using base::Milliseconds;
using std::chrono::steady_clock;
using store::Connection;

void Runner::Engine::keep(std::stop_token const& stop)
{
    auto next_beat = steady_clock::now();
    auto next_sweep = next_beat; // at once: what a dead worker left behind is waited for
    auto take_leases_from = next_beat;
    while (!stop.stop_requested()) {
        auto const present = steady_clock::now();
        if (present >= next_beat) {
            guarded("jobs.heartbeat_failed", [&] { heartbeat(); });
            next_beat = present + options_.lease / 4;
        }
        if (auto const jump = jumps_.look(); jump != Milliseconds(0)) {
            log_.warning("clock.jumped", {{"worker", options_.worker}, {"by_ms", std::int64_t{jump.count()}}});
            next_beat = present;
            take_leases_from = present + options_.lease; // first those who live renew theirs, also who sees it later
        }
        if (present >= next_sweep) {
            next_sweep = present + jittered(options_.sweep_every);
            guarded("jobs.sweep_failed", [&] {
                auto const pause = sweep_now(present >= take_leases_from);
                next_sweep = std::min(next_sweep, steady_clock::now() + pause);
            });
        }
        base::sleep_for(stop, tick());
    }
}

/// Apart from what asks the database, which may be slow or away: what runs must end in time all the same.
void Runner::Engine::watch(std::stop_token const& stop)
{
    while (base::sleep_for(stop, tick()))
        for (auto const& job : held()) job->check_time();
}

void Runner::Engine::heartbeat()
{
    auto const jobs = held();
    if (jobs.empty()) return;
    std::vector<std::optional<store::JobProgress>> progress;
    for (auto const& job : jobs) progress.push_back(job->unwritten());
    std::vector<store::Heartbeat> beats;
    auto const lease_end = steady_clock::now() + options_.lease;
    queue_.parts().database.transaction([&](Connection& connection) {
        beats.clear();
        auto const present = now(); // also of a second try, after a server that was away
        for (std::size_t i = 0; i < jobs.size(); ++i)
            beats.push_back(
                store::extend_lease(connection, jobs[i]->claim(), present, present + options_.lease, progress[i]));
    });
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (!beats[i].held) jobs[i]->end(StopCause::LostLease);
        if (beats[i].cancel_requested) jobs[i]->end(StopCause::Cancelled);
        if (!beats[i].extended) continue;
        jobs[i]->extend(lease_end);
        jobs[i]->wrote(progress[i]);
    }
}

Milliseconds Runner::Engine::sweep_now(bool take_leases)
{
    auto const report = sweep(queue_, {options_.backoff, options_.lease, take_leases, options_.keep_ended}, random_);
    auto pause = options_.sweep_every * 2;
    for (auto const& trigger : options_.triggers)
        guarded("jobs.trigger_failed", [&] {
            auto const wanted = trigger(queue_);
            auto const present = now();
            if (wanted && *wanted > present) pause = std::min(pause, *wanted - present);
        });
    counters_.leases_expired += static_cast<std::uint64_t>(report.leases_expired);
    if (report.leases_expired + report.deadlines_passed > 0)
        log_.info("jobs.swept", {{"leases_expired", std::int64_t{report.leases_expired}},
                                 {"deadlines_passed", std::int64_t{report.deadlines_passed}}});
    return pause;
}

} // namespace jobs
