#pragma once
// The inside of Runner: what it is made of. The parts are in runner.cpp (claims and threads), runner_leases.cpp (time
// and leases) and runner_ends.cpp (what becomes of a job).
#include "base/thread_pool.h"
#include "jobs/finisher.h"
#include "jobs/jump_watch.h"
#include "jobs/pace.h"
#include "jobs/runner.h"

#include <array>
#include <atomic>
#include <map>

namespace jobs {

/// Four threads watch (the bus, the queue, the leases, the time), the pools work. Started last, ended first.
class Runner::Engine {
public:
    Engine(Queue& queue, base::Random& random, base::Log& log, RunnerOptions options);
    ~Engine();
    Engine(Engine const&) = delete;
    Engine& operator=(Engine const&) = delete;
    RunnerStats stats() const;
    Queue& queue() { return queue_; }

private:
    struct Lane {
        JobPool pool;
        int threads;
        std::vector<std::string> kinds;
        std::map<std::string, Pace> paces;
        std::atomic<int> busy = 0;
        std::atomic<int> ahead = 0; // as many as it claims beyond its threads now
        std::unique_ptr<base::ThreadPool> workers;
    };
    struct Counters {
        std::atomic<std::uint64_t> claimed = 0, done = 0, failed_attempts = 0, fenced = 0, leases_expired = 0,
                                   handed_back = 0;
    };
    using Held = std::shared_ptr<HeldJob>;

    base::Time now() const { return queue_.parts().clock.now(); }
    base::Milliseconds jittered(base::Milliseconds whole)
    {
        return base::Milliseconds(std::int64_t(whole.count() * (0.75 + 0.5 * random_.unit())));
    }
    Retry retry() { return {options_.backoff, random_, now()}; }
    Retry retry(JobType const& type) { return {type.backoff ? *type.backoff : options_.backoff, random_, now()}; }
    std::vector<Held> held() const;
    void wake();

    void listen(std::stop_token const& stop);
    void dispatch(std::stop_token const& stop);
    void claim(Lane& lane);
    int claim(Lane& lane, std::vector<std::string> kinds, int count);
    std::vector<std::string> quick_kinds(Lane& lane) const;
    base::Milliseconds until_next_due(base::Time asked);
    base::Milliseconds tick() const
    {
        return std::clamp(options_.lease / 10, base::Milliseconds(10), base::Milliseconds(1'000));
    }
    void keep(std::stop_token const& stop);
    void heartbeat();
    /// Says how long at most until the next.
    base::Milliseconds sweep_now(bool take_leases);
    void watch(std::stop_token const& stop);

    void run(Lane& lane, Held const& held);
    void forget(Held const& held);
    std::optional<store::JobRelease> perform(HeldJob& held, std::function<void(store::Connection&)>& also);
    std::optional<store::JobRelease> release_of_failure(HeldJob& held, base::Error const& error);
    void release(HeldJob& held, store::JobRelease const& release, std::function<void(store::Connection&)> const& also);
    store::ReleaseReport write_release(HeldJob& held, store::JobRelease const& release,
                                       std::function<void(store::Connection&)> const& also);
    void fenced(HeldJob const& held);
    void tell(HeldJob& held, store::JobRelease const& release, store::ReleaseReport const& report);
    /// What fails is logged, and the thread goes on.
    template <class Work> void guarded(std::string_view event, Work work)
    {
        try {
            work();
        } catch (base::Error const& error) {
            log_.warning(
                event,
                {{"worker", options_.worker}, {"code", std::string(base::name(error.code))}, {"reason", error.what()}});
        } catch (std::exception const& error) {
            log_.error(event, {{"worker", options_.worker}, {"reason", error.what()}});
        }
    }

    Queue& queue_;
    base::Random& random_;
    base::Log& log_;
    RunnerOptions const options_;
    JumpWatch jumps_; // for the keeper
    Counters counters_;
    std::atomic<bool> ending_ = false;
    std::atomic<bool> starved_ = false; // of jobs, until ends are written
    mutable std::mutex mutex_;          // guards held_ and rung_
    std::condition_variable_any bell_;
    bool rung_ = false;
    // By token too: a job whose lease was lost may come back here while its first run has not ended yet.
    std::map<std::pair<std::string, std::int64_t>, Held> held_;
    std::unique_ptr<bus::Subscription> subscription_;
    std::array<Lane, 2> lanes_;
    std::unique_ptr<Finisher> finisher_;
    std::jthread keeper_;
    std::jthread watcher_;
    std::jthread listener_;
    std::jthread dispatcher_;
};

} // namespace jobs
