#pragma once
#include "jobs/queue.h"

namespace jobs {

/// Enqueues a rescan for each watched niche whose slot has come; says how many. The slot's job and the niche's next
/// slot are one transaction and the job's key is the slot, so no crash loses a slot and none runs twice. Slots that
/// were missed while nothing ran are caught up by one rescan; a niche whose last one has not ended yet waits for its
/// next slot.
int trigger_rescans(Queue& queue);

/// Niches in one transaction; others get their turn in between.
inline constexpr int rescans_a_round = 100;

} // namespace jobs
