#include "jobs/held_job.h"

#include "base/text.h"

#include <algorithm>
#include <cmath>

namespace jobs {

static constexpr base::Milliseconds publish_every{100};
static constexpr std::size_t stage_bytes_max = 200;

HeldJob::HeldJob(Queue& queue, Job job, JobType const& type)
    : queue_(queue), job_(std::move(job)), type_(type), started_(queue.parts().clock.now()),
      lease_until_(job_.lease_until.value_or(started_))
{
}

void HeldJob::progress(double done, std::string_view stage, std::optional<int> eta_seconds)
{
    auto const share = std::isfinite(done) ? std::clamp(done, 0.0, 1.0) : 0.0;
    auto const name = base::truncate_utf8(base::clean_utf8(stage), stage_bytes_max);
    {
        std::scoped_lock const lock(mutex_);
        unwritten_ = store::JobProgress{share, name, eta_seconds};
        if (name == published_stage_ && now() < published_at_ + publish_every && share < 1) return;
        published_stage_ = name;
        published_at_ = now();
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
    auto const present = now();
    if (job_.deadline_at && *job_.deadline_at < present) end(StopCause::Deadline);
    if (started_ + type_.timeout < present) end(StopCause::Timeout);
    // Whoever cannot reach the database any more must not act for a job that others may have by now.
    if (lease_until() < present) end(StopCause::LostLease);
}

base::Time HeldJob::lease_until() const
{
    std::scoped_lock const lock(mutex_);
    return lease_until_;
}

void HeldJob::extend(base::Time lease_until)
{
    std::scoped_lock const lock(mutex_);
    lease_until_ = lease_until;
}

std::optional<store::JobProgress> HeldJob::take_progress()
{
    std::scoped_lock const lock(mutex_);
    return std::exchange(unwritten_, std::nullopt);
}

} // namespace jobs
