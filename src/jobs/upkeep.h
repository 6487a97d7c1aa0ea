#pragma once
#include "jobs/runner.h"

namespace jobs {

/// Enqueues one job `upkeep` a day for that owner, whatever the number of machines: the day is its key.
Trigger daily_upkeep(std::string owner_id);

} // namespace jobs
