#pragma once
#include "jobs/queue.h"
#include "store/tables/schedules.h"

namespace jobs {

inline constexpr int schedules_a_round = 50; ///< in one transaction; others get their turn in between
inline constexpr int missed_max_max = 100;
/// A slot that is found so late still counts as on time: triggers are asked every few seconds.
inline constexpr base::Milliseconds slot_grace{5 * 60'000};
inline constexpr std::size_t schedule_name_bytes_max = 120;

/// InvalidInput names what makes no sense; sets next_at. `now` is when it begins to count.
void prepare_schedule(Queue& queue, store::Schedule& schedule, base::Time now);

/// Enqueues a job for each slot that has come; says how many. The jobs and the schedule's next slot are one
/// transaction, the slot is the job's key: no crash loses one, and no second process makes it again. A schedule that
/// fails says so in its row and keeps no other one from its turn.
int trigger_schedules(Queue& queue);
/// When the next slot comes, of any schedule that is not paused.
std::optional<base::Time> next_schedule(Queue& queue);

} // namespace jobs
