#pragma once
#include "jobs/runner.h"
#include "store/tables/workers.h"

namespace jobs {

/// How long a worker may be silent and still counts as alive: several sweeps.
inline constexpr base::Milliseconds worker_silence_max{30'000};
/// Rows of workers that were silent for longer go.
inline constexpr base::Milliseconds worker_row_kept{24 * 3600'000LL};

/// Says with every sweep that this worker lives, and what troubles it.
Trigger beat(store::Worker worker, std::function<std::string()> trouble);
/// Takes the row away, so that nobody waits for a worker that ended in order.
void sign_off(Queue& queue, std::string const& worker_id);

} // namespace jobs
