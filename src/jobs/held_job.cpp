#include "jobs/held_job.h"

#include "base/text.h"

#include <algorithm>
#include <cmath>

namespace jobs {

static constexpr base::Milliseconds publish_every{100};
static constexpr std::size_t stage_bytes_max = 200;

using std::chrono::steady_clock;

HeldJob::HeldJob(Queue& queue, Job job, JobType const& type, Steady lease_end)
    : queue_(queue), job_(std::move(job)), type_(type), started_(queue.parts().clock.now()),
      timeout_at_(steady_clock::now() + type.timeout), lease_end_(lease_end)
{
}

void HeldJob::progress(double done, std::string_view stage, std::optional<int> eta_seconds)
{
    auto const share = std::isfinite(done) ? std::clamp(done, 0.0, 1.0) : 0.0;
    auto const name = base::truncate_utf8(base::clean_utf8(stage), stage_bytes_max);
    {
        std::scoped_lock const lock(mutex_);
        unwritten_ = store::JobProgress{share, name, eta_seconds};
        auto const present = steady_clock::now();
        if (name == published_stage_ && present < published_at_ + publish_every && share < 1) return;
        published_stage_ = name;
        published_at_ = present;
    }
    boost::json::object message{
        {"id", job_.id}, {"owner_id", job_.owner_id}, {"kind", job_.kind},      {"progress", share},
        {"stage", name}, {"eta_seconds", nullptr},    {"attempt", job_.attempt}};
    if (eta_seconds) message["eta_seconds"] = *eta_seconds;
    queue_.parts().bus.publish(topic::progress, boost::json::serialize(message));
}

void HeldJob::transaction(std::function<void(store::Connection&)> const& work)
{
    auto held = false;
    queue_.parts().database.transaction([&](store::Connection& connection) {
        held = store::hold_claim(connection, claim());
        if (held) work(connection);
    });
    if (held) return;
    end(StopCause::LostLease);
    base::fail(base::ErrorCode::Cancelled, "job {}: another worker has taken it over", job_.id);
}

Job HeldJob::spawn(std::string_view kind, std::string payload_json, std::string_view key)
{
    JobRequest request{.owner_id = job_.owner_id, .kind = std::string(kind), .payload = std::move(payload_json)};
    request.priority = job_.priority;
    request.deadline_at = job_.deadline_at;
    request.parent_id = job_.id;
    request.idempotency_key = fmt::format("{}/{}", job_.id, key);
    Job child;
    transaction([&](store::Connection& connection) { child = queue_.enqueue_in(connection, request); });
    queue_.ring(child);
    return child;
}

void HeldJob::end(StopCause cause)
{
    {
        std::scoped_lock const lock(mutex_);
        if (cause_ == StopCause::None || cause == StopCause::LostLease) cause_ = cause;
    }
    stop_.request_stop();
}

StopCause HeldJob::cause() const
{
    std::scoped_lock const lock(mutex_);
    return cause_;
}

void HeldJob::check_time()
{
    if (job_.deadline_at && *job_.deadline_at < now()) end(StopCause::Deadline);
    if (timeout_at_ < steady_clock::now()) end(StopCause::Timeout);
    // Whoever cannot reach the database any more must not act for a job that others may have by now.
    if (lease_is_over()) end(StopCause::LostLease);
}

bool HeldJob::lease_is_over() const
{
    std::scoped_lock const lock(mutex_);
    return lease_end_ < steady_clock::now();
}

void HeldJob::extend(Steady lease_end)
{
    std::scoped_lock const lock(mutex_);
    lease_end_ = lease_end;
}

std::optional<store::JobProgress> HeldJob::unwritten() const
{
    std::scoped_lock const lock(mutex_);
    return unwritten_;
}

void HeldJob::wrote(std::optional<store::JobProgress> const& progress)
{
    std::scoped_lock const lock(mutex_);
    if (unwritten_ == progress) unwritten_.reset();
}

} // namespace jobs
