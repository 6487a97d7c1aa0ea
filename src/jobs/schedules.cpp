#include "jobs/schedules.h"

#include "base/text.h"
#include "calendar/rule.h"

namespace jobs {

using base::ErrorCode;
using base::fail;
using store::MissedRuns;
using store::Schedule;

static constexpr int rounds_max = 100;
static constexpr int slots_looked_at_max = 50'000; // of one schedule in one round: 34 days of minutes
static constexpr std::size_t trouble_bytes_max = 500;

static calendar::Rule rule_of(Schedule const& schedule) { return {schedule.rule, schedule.zone, schedule.starts_at}; }

void prepare_schedule(Queue& queue, Schedule& schedule, base::Time now)
{
    if (schedule.name.empty() || schedule.name.size() > schedule_name_bytes_max || !base::is_utf8(schedule.name))
        fail(ErrorCode::InvalidInput, "name: must be a text of 1 to {} bytes", schedule_name_bytes_max);
    if (schedule.missed_max < 1 || schedule.missed_max > missed_max_max)
        fail(ErrorCode::InvalidInput, "missed_max: {} is outside [1, {}]", schedule.missed_max, missed_max_max);
    if (schedule.starts_at == base::Time{}) schedule.starts_at = now;
    JobRequest request{.owner_id = schedule.owner_id, .kind = schedule.kind, .payload = schedule.payload};
    request.priority = schedule.priority;
    queue.check(request);
    schedule.next_at = rule_of(schedule).next(std::max(now, schedule.starts_at - base::Milliseconds(1)));
    if (!schedule.next_at) fail(ErrorCode::InvalidInput, "rule: '{}' never comes again", schedule.rule);
}

namespace {

/// What has come of a schedule by now.
struct Due {
    std::vector<base::Time> slots; ///< that get a job
    std::optional<base::Time> next;
};

} // namespace

static Due due_of(Schedule const& schedule, base::Time now)
{
    auto const rule = rule_of(schedule);
    Due due;
    auto slot = schedule.next_at;
    for (int looked = 0; slot && *slot <= now; ++looked) {
        due.slots.push_back(*slot);
        if (due.slots.size() > static_cast<std::size_t>(missed_max_max)) due.slots.erase(due.slots.begin());
        // What was away for longer than that many slots goes on from now.
        slot = rule.next(looked < slots_looked_at_max ? *slot : now);
    }
    due.next = slot;
    auto const keep = schedule.missed == MissedRuns::All ? static_cast<std::size_t>(schedule.missed_max) : 1U;
    if (due.slots.size() > keep)
        due.slots.erase(due.slots.begin(), due.slots.end() - static_cast<std::ptrdiff_t>(keep));
    if (schedule.missed == MissedRuns::Skip)
        std::erase_if(due.slots, [&](base::Time each) { return each + slot_grace < now; });
    return due;
}

static bool still_runs(store::Connection& connection, Schedule const& schedule)
{
    if (!schedule.exclusive || !schedule.last_job_id) return false;
    auto const job = store::find_job(connection, *schedule.last_job_id);
    return job && !store::is_final(job->state);
}

static void enqueue_slots(Queue& queue, store::Connection& connection, Schedule& schedule, Due const& due,
                          std::vector<Job>& jobs)
{
    for (auto const slot : due.slots) {
        JobRequest request{.owner_id = schedule.owner_id, .kind = schedule.kind, .payload = schedule.payload};
        request.priority = schedule.priority;
        request.idempotency_key = fmt::format("schedule:{}:{}", schedule.id, slot.time_since_epoch().count());
        jobs.push_back(queue.enqueue_in(connection, request));
        schedule.last_job_id = jobs.back().id;
        schedule.last_slot = slot;
    }
}

static void trigger_one(Queue& queue, store::Connection& connection, Schedule& schedule, base::Time now,
                        std::vector<Job>& jobs)
{
    try {
        auto due = due_of(schedule, now);
        if (still_runs(connection, schedule)) {
            due.slots.clear();
            schedule.trouble = fmt::format("left out a slot: job {} has not ended", *schedule.last_job_id);
        } else {
            schedule.trouble.clear();
        }
        enqueue_slots(queue, connection, schedule, due, jobs);
        schedule.next_at = due.next;
    } catch (store::DatabaseError const&) {
        throw;
    } catch (base::Error const& error) { // a kind that is gone, a zone that this system does not have
        schedule.trouble = base::truncate_utf8(error.what(), trouble_bytes_max);
        schedule.next_at = now + slot_grace;
    }
    schedule.updated_at = now;
    store::update_schedule(connection, schedule);
}

std::optional<base::Time> next_schedule(Queue& queue)
{
    return queue.parts().database.read(
        [](store::Connection& connection) { return store::next_schedule_due(connection); });
}

int trigger_schedules(Queue& queue)
{
    auto const& parts = queue.parts();
    int total = 0;
    for (int round = 0; round < rounds_max; ++round) {
        auto const now = parts.clock.now();
        auto const next = next_schedule(queue); // nearly always later: looked at without the writer's lock
        if (!next || *next > now) break;
        std::size_t seen = 0;
        std::vector<Job> jobs;
        parts.database.transaction([&](store::Connection& connection) {
            jobs.clear();
            auto schedules = store::due_schedules(connection, now, schedules_a_round);
            seen = schedules.size();
            for (auto& schedule : schedules) trigger_one(queue, connection, schedule, now, jobs);
        });
        for (auto const& job : jobs) queue.ring(job);
        total += static_cast<int>(jobs.size());
        if (seen < static_cast<std::size_t>(schedules_a_round)) break;
    }
    return total;
}

} // namespace jobs
