#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// What becomes of slots that passed while nobody worked.
enum class MissedRuns {
    Skip, ///< nothing: the next slot comes
    Once, ///< one job for the newest of them
    All,  ///< a job for each, the newest `missed_max` of them
};
BOOST_DESCRIBE_ENUM(MissedRuns, Skip, Once, All)

/// One row of `schedules`: a job that is made at each slot of a rule.
struct Schedule {
    std::string id;
    std::string owner_id;
    std::string name;           ///< unique for its owner
    std::string kind;           ///< of the job
    std::string payload = "{}"; ///< of the job, JSON
    std::string rule;           ///< cron expression or RRULE
    std::string zone = "UTC";
    base::Time starts_at{};
    MissedRuns missed = MissedRuns::Once;
    int missed_max = 10;
    bool exclusive = true; ///< no new job while the last one has not ended: that slot is left out
    int priority = 0;
    bool paused = false;
    std::optional<base::Time> next_at; ///< none once the rule has ended
    std::optional<base::Time> last_slot;
    std::optional<std::string> last_job_id;
    std::string trouble; ///< why its last slot made no job; "" where it did
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(Schedule, (),
                      (id, owner_id, name, kind, payload, rule, zone, starts_at, missed, missed_max, exclusive,
                       priority, paused, next_at, last_slot, last_job_id, trouble, created_at, updated_at))

struct ScheduleFilter {
    std::string owner_id;
    std::string cursor; ///< the id of the last row of the page before
    int limit = 50;     ///< 1..201
};

/// Conflict where the owner has one of that name.
void insert_schedule(Connection& connection, Schedule const& schedule);
std::optional<Schedule> find_schedule(Connection& connection, std::string const& id);
std::vector<Schedule> list_schedules(Connection& connection, ScheduleFilter const& filter);
/// Everything but owner_id and created_at; false where there is no such schedule.
bool update_schedule(Connection& connection, Schedule const& schedule);
bool remove_schedule(Connection& connection, std::string const& id);
std::optional<base::Time> next_schedule_due(Connection& connection);
/// Locked for this transaction; those that others work on are left out.
std::vector<Schedule> due_schedules(Connection& connection, base::Time now, int limit);

} // namespace store
