#pragma once
// How long the jobs of the dead wait until somebody takes them, or says why not.
#include "store/database.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace crash {

class Mourning {
public:
    using Steady = std::chrono::steady_clock;
    using Job = std::pair<std::string, std::int64_t>; // with its token

    explicit Mourning(store::Database& database) : database_(database) {}

    /// Its jobs are waited for from now on.
    void died(std::string const& worker)
    {
        std::scoped_lock const lock(mutex_);
        dead_[worker] = Steady::now();
    }
    /// Nobody could do anything until now: a database that was away, a full disk.
    void outage_ended()
    {
        std::scoped_lock const lock(mutex_);
        able_since_ = Steady::now();
    }
    /// Of each job that a dead worker held, from its death on.
    std::vector<std::chrono::milliseconds> waits() const
    {
        std::scoped_lock const lock(mutex_);
        return waits_;
    }

private:
    void look()
    {
        std::map<Job, std::string> held;
        for (auto const& row : database_.query("SELECT id, token, worker FROM jobs WHERE state = 'running'"))
            held[{row.get<std::string>(0), row.get<std::int64_t>(1)}] = row.get<std::string>(2);
        std::scoped_lock const lock(mutex_);
        for (auto const& [job, worker] : held)
            if (auto const death = dead_.find(worker); death != dead_.end()) waiting_.emplace(job, death->second);
        for (auto it = waiting_.begin(); it != waiting_.end();) {
            if (held.contains(it->first)) {
                ++it;
                continue;
            }
            auto const wait = Steady::now() - std::max(it->second, able_since_);
            waits_.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(wait));
            it = waiting_.erase(it);
        }
    }

    store::Database& database_;
    mutable std::mutex mutex_; // guards what follows
    std::map<std::string, Steady::time_point> dead_;
    std::map<Job, Steady::time_point> waiting_;
    std::vector<std::chrono::milliseconds> waits_;
    Steady::time_point able_since_{};
    std::jthread watcher_{[this](std::stop_token const& stop) {
        while (!stop.stop_requested()) {
            try {
                look();
            } catch (base::Error const&) { // the database is away: looked at again soon
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }};
};

} // namespace crash
