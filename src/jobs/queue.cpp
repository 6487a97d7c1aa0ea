#include "jobs/queue.h"

#include "base/text.h"

namespace jobs {

using base::ErrorCode;
using base::fail;
using base::Next;
using store::Connection;

Queue::Queue(Parts parts, std::vector<JobType> types) : parts_(parts), types_(std::move(types)) {}

void Queue::check(JobRequest const& request) const
{
    find_type(types_, request.kind);
    if (request.owner_id.empty()) fail(ErrorCode::InvalidInput, "owner_id: a job needs an owner");
    if (request.payload.size() > Queue::payload_bytes_max)
        fail(ErrorCode::InvalidInput, "payload: {} bytes exceed the limit of {}", request.payload.size(),
             Queue::payload_bytes_max);
    if (!base::parse_json(request.payload, "payload").is_object())
        fail(ErrorCode::InvalidInput, "payload: must be a JSON object");
    if (request.priority < -100 || request.priority > 100)
        fail(ErrorCode::InvalidInput, "priority: {} is outside [-100, 100]", request.priority);
    if (request.attempts_max && (*request.attempts_max < 1 || *request.attempts_max > 100))
        fail(ErrorCode::InvalidInput, "attempts_max: {} is outside [1, 100]", *request.attempts_max);
    if (auto const& key = request.idempotency_key; key && (key->empty() || key->size() > Queue::key_bytes_max))
        fail(ErrorCode::InvalidInput, "idempotency_key: {} bytes are outside [1, {}]", key->size(),
             Queue::key_bytes_max);
}

static void check_parent(Connection& connection, JobRequest const& request)
{
    if (!request.parent_id) return;
    auto const parent = store::lock_job(connection, *request.parent_id);
    if (!parent || parent->owner_id != request.owner_id)
        fail(ErrorCode::NotFound, "parent_id: there is no job {}", *request.parent_id);
    if (store::is_final(parent->state) || parent->cancel_requested)
        fail(ErrorCode::Conflict, "parent_id: job {} has ended or is being cancelled", parent->id);
}

Job Queue::make(JobRequest const& request)
{
    auto const& type = find_type(types_, request.kind);
    check(request);
    auto const now = parts_.clock.now();
    Job job;
    job.id = parts_.ids.next();
    job.owner_id = request.owner_id;
    job.kind = request.kind;
    job.pool = type.pool;
    job.payload = request.payload;
    job.reason_code = "new";
    job.reason = "waits for its turn";
    job.next_action = "nothing: it runs when a worker is free";
    job.priority = request.priority;
    job.attempts_max = request.attempts_max.value_or(type.attempts_max);
    job.run_at = request.run_at.value_or(now);
    job.deadline_at = request.deadline_at.value_or(std::max(now, job.run_at) + type.deadline);
    job.parent_id = request.parent_id;
    job.idempotency_key = request.idempotency_key;
    job.created_at = job.updated_at = now;
    return job;
}

Job Queue::enqueue_in(Connection& connection, JobRequest const& request)
{
    auto const job = make(request);
    check_parent(connection, request);
    auto const [there, is_new] = store::insert_job(connection, job);
    if (!is_new && there.kind != request.kind)
        fail(ErrorCode::Conflict, Next{"use another key for another piece of work"},
             "idempotency_key: '{}' belongs to a job of the kind {}", *request.idempotency_key, there.kind);
    return there;
}

std::vector<Job> Queue::enqueue_all(std::span<JobRequest const> requests)
{
    std::vector<Job> jobs;
    for (auto const& request : requests) {
        if (request.parent_id || request.idempotency_key)
            fail(ErrorCode::InvalidInput, "jobs that are enqueued together have no parent and no key");
        jobs.push_back(make(request));
    }
    parts_.database.transaction([&](Connection& connection) { store::insert_jobs(connection, jobs); });
    for (auto const& job : jobs) announce(job);
    if (!jobs.empty()) ring(jobs.front()); // one call wakes a worker for all of them
    return jobs;
}

Job Queue::enqueue(JobRequest const& request)
{
    auto job = parts_.database.transaction([&](Connection& connection) { return enqueue_in(connection, request); });
    ring(job);
    return job;
}

void Queue::ring(Job const& job)
{
    if (job.state != JobState::Queued) return;
    parts_.bus.publish(topic::queued, fmt::format(R"({{"id":"{}","pool":"{}"}})", job.id, base::enum_text(job.pool)));
    announce(job);
}

void Queue::announce(Job const& job)
{
    boost::json::object message{{"id", job.id},
                                {"owner_id", job.owner_id},
                                {"kind", job.kind},
                                {"state", base::enum_text(job.state)},
                                {"reason_code", job.reason_code},
                                {"reason", base::truncate_utf8(job.reason, 2'000)},
                                {"attempt", job.attempt}};
    if (job.parent_id) message["parent_id"] = *job.parent_id;
    parts_.bus.publish(topic::state, boost::json::serialize(message));
}

std::optional<Job> Queue::find(std::string const& id)
{
    return parts_.database.read([&](Connection& connection) { return store::find_job(connection, id); });
}

Job Queue::get(std::string const& id, std::optional<std::string> const& owner_id)
{
    auto job = find(id);
    if (!job || (owner_id && job->owner_id != *owner_id)) fail(ErrorCode::NotFound, "there is no job {}", id);
    return std::move(*job);
}

store::JobPage Queue::list(store::JobFilter const& filter)
{
    return parts_.database.read([&](Connection& connection) { return store::list_jobs(connection, filter); });
}

std::vector<store::JobEvent> Queue::history(std::string const& id)
{
    return parts_.database.read([&](Connection& connection) { return store::list_job_events(connection, id); });
}

std::vector<Job> Queue::children(std::string const& id)
{
    return parts_.database.read([&](Connection& connection) { return store::list_children(connection, id); });
}

QueueStats Queue::stats()
{
    return parts_.database.read([](Connection& connection) {
        return QueueStats{store::count_jobs(connection), store::next_due(connection)};
    });
}

Job Queue::cancel(std::string const& id, std::string_view reason)
{
    store::JobReason const words{"cancelled", std::string(reason), "start it again if it is still wanted"};
    auto const now = parts_.clock.now();
    auto const to_stop = parts_.database.transaction([&](Connection& connection) {
        auto const job = store::find_job(connection, id);
        if (!job) fail(ErrorCode::NotFound, "there is no job {}", id);
        if (store::is_final(job->state))
            fail(ErrorCode::Conflict, "job {} has ended already: it is {}", id, base::enum_text(job->state));
        return store::cancel_job_tree(connection, id, words, now);
    });
    for (auto const& running : to_stop) parts_.bus.publish(topic::cancel, fmt::format(R"({{"id":"{}"}})", running));
    auto job = get(id);
    announce(job);
    return job;
}

/// What failed or was cancelled below starts again too: the job above would only find the same failure.
static void retry_children(Connection& connection, std::string const& id, base::Milliseconds deadline, base::Time now)
{
    for (auto const& child : store::list_children(connection, id)) {
        if (store::retry_job(connection, child.id, now + deadline, now))
            retry_children(connection, child.id, deadline, now);
    }
}

Job Queue::retry(std::string const& id)
{
    auto const now = parts_.clock.now();
    auto job = parts_.database.transaction([&](Connection& connection) {
        auto const before = store::lock_job(connection, id);
        if (!before) fail(ErrorCode::NotFound, "there is no job {}", id);
        auto const deadline = find_type(types_, before->kind).deadline;
        if (!store::retry_job(connection, id, now + deadline, now))
            fail(ErrorCode::Conflict, Next{"wait until it ends, or cancel it"},
                 "job {} is {}; only a failed or cancelled one can be started again", id,
                 base::enum_text(before->state));
        retry_children(connection, id, deadline, now);
        return *store::find_job(connection, id);
    });
    ring(job);
    return job;
}

Job Queue::wait(std::string const& id, std::stop_token const& stop)
{
    static constexpr base::Milliseconds look_every{500}; // another process may end it, and its bus is not ours
    auto const subscription = parts_.bus.subscribe(topic::state);
    for (;;) {
        auto job = get(id);
        if (store::is_final(job.state)) return job;
        auto const until = std::chrono::steady_clock::now() + look_every;
        for (;;) {
            auto const left = std::chrono::ceil<base::Milliseconds>(until - std::chrono::steady_clock::now());
            auto const message = subscription->wait(stop, std::max(left, base::Milliseconds(0)));
            if (!message || message->json.find(id) != std::string::npos) break;
        }
        if (stop.stop_requested()) fail(ErrorCode::Cancelled, "stopped while waiting for job {}", id);
    }
}

} // namespace jobs
