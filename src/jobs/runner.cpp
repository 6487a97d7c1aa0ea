#include "jobs/runner_engine.h"
#include "store/tables/job_limits.h"

namespace jobs {

using base::Milliseconds;
using std::chrono::steady_clock;
using store::Connection;

Runner::Engine::Engine(Queue& queue, base::Random& random, base::Log& log, RunnerOptions options)
    : queue_(queue), random_(random), log_(log), options_(std::move(options)),
      jumps_(queue.parts().clock, options_.lease / 4),
      lanes_{Lane{JobPool::Network, options_.network_threads, {}, {}, 0, 0, nullptr},
             Lane{JobPool::Compute, options_.compute_threads, {}, {}, 0, 0, nullptr}}
{
    check_options(options_);
    for (auto& lane : lanes_) {
        if (lane.threads == 0) continue;
        auto const room = static_cast<std::size_t>(lane.threads + options_.ahead);
        lane.workers = std::make_unique<base::ThreadPool>(base::enum_text(lane.pool), lane.threads, room);
        for (auto const& type : queue_.types())
            if (type.pool == lane.pool) lane.kinds.emplace_back(type.name);
        for (auto const& kind : lane.kinds) lane.paces[kind];
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
    if (lane.kinds.empty()) return;
    if (finisher_->is_behind()) {
        if (!starved_.exchange(true)) log_.warning("jobs.ends_pile_up", {{"worker", options_.worker}});
        // What a worker holds has a bound, also where the database is slow. Asked again: an end that was written before
        // it was known that we wait wakes nobody.
        if (finisher_->is_behind()) return;
        starved_ = false;
    }
    auto const free = lane.threads - lane.busy;
    auto const all = free <= 0 || claim(lane, lane.kinds, free) == free;
    auto quick = quick_kinds(lane);
    auto const room = lane.threads + lane.ahead - lane.busy;
    // One at a time would cost as many transactions as there are jobs.
    if (all && room > lane.ahead / 2) claim(lane, std::move(quick), room);
}

/// Kinds whose jobs are so short that some are claimed before a thread is free: one claim serves many.
std::vector<std::string> Runner::Engine::quick_kinds(Lane& lane) const
{
    std::vector<std::string> kinds;
    int ahead = options_.ahead;
    for (auto const& [kind, pace] : lane.paces) {
        auto const in_a_moment = std::min(pace.jobs_within(std::chrono::milliseconds(50)), options_.ahead);
        if (in_a_moment == 0) continue;
        ahead = std::min(ahead, in_a_moment * lane.threads);
        kinds.push_back(kind);
    }
    lane.ahead = kinds.empty() ? 0 : ahead;
    return kinds;
}

int Runner::Engine::claim(Lane& lane, std::vector<std::string> kinds, int count)
{
    store::ClaimRequest request{
        .kinds = std::move(kinds), .pool = lane.pool, .count = count, .worker = options_.worker};
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
    return static_cast<int>(jobs.size());
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

void Runner::Engine::run(Lane& lane, Held const& held)
{
    std::function<void(Connection&)> also;
    auto const begin = steady_clock::now();
    auto result = perform(*held, also);
    lane.paces.at(held->job().kind).took(std::chrono::duration_cast<Pace::Microseconds>(steady_clock::now() - begin));
    if (result) {
        finisher_->put({held, std::move(*result), std::move(also)}); // the thread goes on with the next job
    } else {
        fenced(*held); // stopped because another worker has it: there is nothing to write
        forget(held);
    }
    // While there is enough to go on with, the next claim may wait until it is worth its transaction.
    if (--lane.busy <= lane.threads + lane.ahead / 2) wake();
}

void Runner::Engine::forget(Held const& held)
{
    std::scoped_lock const lock(mutex_);
    held_.erase({held->job().id, held->job().token});
}

Runner::Runner(Queue& queue, base::Random& random, base::Log& log, RunnerOptions options)
    : engine_(std::make_unique<Engine>(queue, random, log, std::move(options)))
{
}

Runner::~Runner() = default;

Job Runner::wait(std::string const& id, std::stop_token const& stop) { return engine_->queue().wait(id, stop); }
RunnerStats Runner::stats() const { return engine_->stats(); }

} // namespace jobs
