#pragma once
#include "jobs/outcome.h"
#include "jobs/queue.h"

#include <mutex>

namespace jobs {

/// A job while this process runs it; shared between the thread that runs it and those that watch over it.
class HeldJob : public JobContext {
public:
    using Steady = std::chrono::steady_clock::time_point;

    /// `lease_end` as all that limits it but its deadline: by the steady clock, which does not jump.
    HeldJob(Queue& queue, Job job, JobType const& type, Steady lease_end);

    Job const& job() const override { return job_; }
    std::stop_token stop() const override { return stop_.get_token(); }
    void progress(double done, std::string_view stage, std::optional<int> eta_seconds) override;
    Job spawn(std::string_view kind, std::string payload_json, std::string_view key) override;
    std::vector<Job> children() override { return queue_.children(job_.id); }
    void transaction(std::function<void(store::Connection&)> const& work) override;
    base::Time now() const override { return queue_.parts().clock.now(); }

    JobType const& type() const { return type_; }
    base::Time started() const { return started_; }
    store::JobClaim claim() const { return {job_.id, job_.token}; }
    /// Asks it to stop; the first cause stays, except that a lost lease outdoes all.
    void end(StopCause cause);
    StopCause cause() const;
    /// Ends it where its time is up.
    void check_time();
    void extend(Steady lease_end);
    bool lease_is_over() const;
    /// What progress() said and nobody wrote yet.
    std::optional<store::JobProgress> unwritten() const;
    void wrote(std::optional<store::JobProgress> const& progress);

private:
    Queue& queue_;
    Job const job_;
    JobType const& type_;
    base::Time const started_;
    Steady const timeout_at_;
    std::stop_source stop_;
    mutable std::mutex mutex_; // guards what follows
    StopCause cause_ = StopCause::None;
    Steady lease_end_;
    std::optional<store::JobProgress> unwritten_;
    std::string published_stage_;
    Steady published_at_{};
};

} // namespace jobs
