#pragma once
#include "jobs/held_job.h"

#include <condition_variable>
#include <deque>
#include <thread>

namespace jobs {

/// A job that has been run, and what its row shall say.
struct JobResult {
    std::shared_ptr<HeldJob> held;
    store::JobRelease release;
    std::function<void(store::Connection&)> also = {}; ///< rows of its own
};

/// Writes the ends of jobs on a thread of its own, as many in one transaction as have come while the last one was
/// written: where jobs are short, one wait for the disk serves many. Whatever can't be written together is given to
/// `alone`, one by one. The destructor writes what is left.
class Finisher {
public:
    static constexpr std::size_t waiting_max = 2'000;
    static constexpr std::size_t together_max = 200;
    struct Parts {
        Queue& queue;
        std::function<void(JobResult&)> alone;
        std::function<void(JobResult&, store::ReleaseReport const&)> tell; ///< after the commit
        std::function<void(JobResult&)> end;                               ///< last of all, whatever came of it
    };
    explicit Finisher(Parts parts);
    ~Finisher();
    Finisher(Finisher const&) = delete;
    Finisher& operator=(Finisher const&) = delete;
    /// Waits for room.
    void put(JobResult result);
    /// True while more wait than one transaction takes: no time to begin with others.
    bool is_behind() const
    {
        std::scoped_lock const lock(mutex_);
        return waiting_.size() >= together_max;
    }

private:
    void run(std::stop_token const& stop);
    void write(std::vector<JobResult>& results);
    bool write_together(std::vector<JobResult>& results);

    Parts parts_;
    mutable std::mutex mutex_;
    std::condition_variable_any not_empty_;
    std::condition_variable_any not_full_;
    std::deque<JobResult> waiting_;
    std::jthread thread_; // last: joined before the rest goes
};

} // namespace jobs
