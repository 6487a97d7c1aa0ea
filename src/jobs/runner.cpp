#include "jobs/runner.h"

#include "base/thread_pool.h"
#include "jobs/finisher.h"
#include "jobs/jump_watch.h"
#include "store/tables/job_limits.h"

#include <array>
#include <atomic>
#include <map>

namespace jobs {

using base::Milliseconds;
using std::chrono::steady_clock;
using store::Connection;

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
        std::atomic<int> busy = 0;
        std::unique_ptr<base::ThreadPool> workers;
    };
    struct Counters {
        std::atomic<std::uint64_t> claimed = 0, done = 0, failed_attempts = 0, fenced = 0, leases_expired = 0,
                                   handed_back = 0;
    };
    using Held = std::shared_ptr<HeldJob>;

    base::Time now() const { return queue_.parts().clock.now(); }
    Milliseconds jittered(Milliseconds whole)
    {
        return Milliseconds(std::int64_t(whole.count() * (0.75 + 0.5 * random_.unit())));
    }
    Retry retry() { return {options_.backoff, random_, now()}; }
    Retry retry(JobType const& type) { return {type.backoff ? *type.backoff : options_.backoff, random_, now()}; }
    std::vector<Held> held() const;
    void wake();

    void listen(std::stop_token const& stop);
    void dispatch(std::stop_token const& stop);
    void claim(Lane& lane);
    Milliseconds until_next_due(base::Time asked);
    Milliseconds tick() const { return std::clamp(options_.lease / 10, Milliseconds(10), Milliseconds(1'000)); }
    void keep(std::stop_token const& stop);
    void heartbeat();
    void sweep_now(bool take_leases);
    void watch(std::stop_token const& stop);

    void run(Lane& lane, Held const& held);
    void forget(Held const& held);
    std::optional<store::JobRelease> perform(HeldJob& held, std::function<void(Connection&)>& also);
    std::optional<store::JobRelease> release_of_failure(HeldJob& held, base::Error const& error);
    void release(HeldJob& held, store::JobRelease const& release, std::function<void(Connection&)> const& also);
    store::ReleaseReport write_release(HeldJob& held, store::JobRelease const& release,
                                       std::function<void(Connection&)> const& also);
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

Runner::Engine::Engine(Queue& queue, base::Random& random, base::Log& log, RunnerOptions options)
    : queue_(queue), random_(random), log_(log), options_(std::move(options)),
      jumps_(queue.parts().clock, options_.lease / 4),
      lanes_{Lane{JobPool::Network, options_.network_threads, {}, 0, nullptr},
             Lane{JobPool::Compute, options_.compute_threads, {}, 0, nullptr}}
{
    check_options(options_);
    for (auto& lane : lanes_) {
        if (lane.threads == 0) continue;
        auto const room = static_cast<std::size_t>(lane.threads + options_.ahead);
        lane.workers = std::make_unique<base::ThreadPool>(base::enum_text(lane.pool), lane.threads, room);
        for (auto const& type : queue_.types())
            if (type.pool == lane.pool) lane.kinds.emplace_back(type.name);
    }
    subscription_ = queue_.parts().bus.subscribe("jobs.*", 1'024);
    finisher_ = std::make_unique<Finisher>(
        Finisher::Parts{queue_,
                        [this](JobResult& result) {
                            guarded("job.release_failed", [&] { release(*result.held, result.release, result.also); });
                        },
                        [this](JobResult& result, store::ReleaseReport const& report) {
                            guarded("job.tell_failed", [&] { tell(*result.held, result.release, report); });
                        },
                        [this](JobResult& result) {
                            forget(result.held);
                            if (starved_.exchange(false)) wake();
                        }});
    keeper_ = std::jthread([this](std::stop_token const& stop) { keep(stop); });
    watcher_ = std::jthread([this](std::stop_token const& stop) { watch(stop); });
    listener_ = std::jthread([this](std::stop_token const& stop) { listen(stop); });
    dispatcher_ = std::jthread([this](std::stop_token const& stop) { dispatch(stop); });
}

Runner::Engine::~Engine()
{
    dispatcher_.request_stop();
    dispatcher_.join(); // nothing is claimed from here on
    ending_ = true;
    for (auto const& job : held()) job->end(StopCause::Shutdown);
    for (auto& lane : lanes_) lane.workers.reset(); // the keeper still extends the leases of those that take their time
    finisher_.reset();
    for (auto const& job : held()) // claimed, but its turn on a thread never came
        guarded("job.release_failed", [&] { release(*job, release_of(job->job(), StopCause::Shutdown, retry()), {}); });
}

std::vector<Runner::Engine::Held> Runner::Engine::held() const
{
    std::scoped_lock const lock(mutex_);
    std::vector<Held> out;
    for (auto const& [key, job] : held_) out.push_back(job);
    return out;
}

void Runner::Engine::wake()
{
    std::scoped_lock const lock(mutex_);
    rung_ = true;
    bell_.notify_all();
}

RunnerStats Runner::Engine::stats() const
{
    auto const& from = counters_;
    return {from.claimed, from.done, from.failed_attempts, from.fenced, from.leases_expired, from.handed_back};
}

void Runner::Engine::listen(std::stop_token const& stop)
{
    while (!stop.stop_requested()) {
        auto const message = subscription_->wait(stop, Milliseconds(60'000));
        if (!message) continue;
        // Where something was missed it may have been a call for work; a missed cancel comes with the next heartbeat.
        if (message->topic == topic::queued || message->missed > 0) wake();
        if (message->topic != topic::cancel) continue;
        for (auto const& job : held())
            if (message->json.find(job->job().id) != std::string::npos) job->end(StopCause::Cancelled);
    }
}

void Runner::Engine::dispatch(std::stop_token const& stop)
{
    while (!stop.stop_requested()) {
        auto pause = jittered(options_.look_every);
        guarded("jobs.claim_failed", [&] {
            auto const asked = now();
            for (auto& lane : lanes_) claim(lane);
            pause = std::min(pause, until_next_due(asked));
        });
        std::unique_lock lock(mutex_);
        bell_.wait_for(lock, stop, pause, [&] { return rung_; });
        rung_ = false;
    }
}

void Runner::Engine::claim(Lane& lane)
{
    auto const room = lane.threads + options_.ahead - lane.busy;
    if (room <= 0 || lane.kinds.empty()) return;
    if (finisher_->is_behind()) {
        if (!starved_.exchange(true)) log_.warning("jobs.ends_pile_up", {{"worker", options_.worker}});
        // What a worker holds has a bound, also where the database is slow. Asked again: an end that was written before
        // it was known that we wait wakes nobody.
        if (finisher_->is_behind()) return;
        starved_ = false;
    }
    store::ClaimRequest request{.kinds = lane.kinds, .pool = lane.pool, .count = room, .worker = options_.worker};
    request.now = now();
    request.lease_until = request.now + options_.lease;
    auto const lease_end = steady_clock::now() + options_.lease;
    auto const jobs = queue_.parts().database.transaction(
        [&](Connection& connection) { return store::claim_within_limits(connection, request); });
    for (auto const& job : jobs) {
        auto const held = std::make_shared<HeldJob>(queue_, job, find_type(queue_.types(), job.kind), lease_end);
        {
            std::scoped_lock const lock(mutex_);
            held_[{job.id, job.token}] = held;
        }
        ++lane.busy;
        ++counters_.claimed;
        queue_.announce(job);
        lane.workers->try_submit([this, &lane, held](std::stop_token const&) { run(lane, held); });
    }
}

/// How long until a queued job that waits for its time may run, where a thread is free for it.
Milliseconds Runner::Engine::until_next_due(base::Time asked)
{
    auto const free =
        std::any_of(lanes_.begin(), lanes_.end(), [](Lane const& lane) { return lane.busy < lane.threads; });
    if (!free) return options_.look_every; // a thread that becomes free wakes us
    auto const due =
        queue_.parts().database.read([&](Connection& connection) { return store::next_due(connection, asked); });
    return due ? std::max(*due - now(), Milliseconds(1)) : options_.look_every;
}

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
            guarded("jobs.sweep_failed", [&] { sweep_now(present >= take_leases_from); });
            next_sweep = present + jittered(options_.sweep_every);
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

void Runner::Engine::sweep_now(bool take_leases)
{
    auto const report = sweep(queue_, {options_.backoff, options_.lease, take_leases, options_.keep_ended}, random_);
    for (auto const& trigger : options_.triggers) guarded("jobs.trigger_failed", [&] { trigger(queue_); });
    counters_.leases_expired += static_cast<std::uint64_t>(report.leases_expired);
    if (report.leases_expired + report.deadlines_passed > 0)
        log_.info("jobs.swept", {{"leases_expired", std::int64_t{report.leases_expired}},
                                 {"deadlines_passed", std::int64_t{report.deadlines_passed}}});
}

void Runner::Engine::run(Lane& lane, Held const& held)
{
    std::function<void(Connection&)> also;
    auto result = perform(*held, also);
    if (result) {
        finisher_->put({held, std::move(*result), std::move(also)}); // the thread goes on with the next job
    } else {
        fenced(*held); // stopped because another worker has it: there is nothing to write
        forget(held);
    }
    // While there is enough to go on with, the next claim may wait until it is worth its transaction.
    if (--lane.busy <= lane.threads + options_.ahead / 2) wake();
}

void Runner::Engine::forget(Held const& held)
{
    std::scoped_lock const lock(mutex_);
    held_.erase({held->job().id, held->job().token});
}

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

Runner::Runner(Queue& queue, base::Random& random, base::Log& log, RunnerOptions options)
    : engine_(std::make_unique<Engine>(queue, random, log, std::move(options)))
{
}

Runner::~Runner() = default;

Job Runner::wait(std::string const& id, std::stop_token const& stop) { return engine_->queue().wait(id, stop); }
RunnerStats Runner::stats() const { return engine_->stats(); }

} // namespace jobs
