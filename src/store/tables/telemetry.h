#pragma once
#include "base/json.h"
#include "store/connection.h"

/// Sums over other tables, for those who watch the system. Each is answered from an index.
namespace store {

struct QueueCounts {
    std::int64_t queued = 0;
    std::int64_t running = 0;
    std::int64_t waiting = 0;
    std::optional<base::Time> oldest_due; ///< of the queued jobs that may run
};
QueueCounts count_queue(Connection& connection, base::Time now);

/// Jobs without a parent that ended since then.
struct EndedCounts {
    std::int64_t done = 0;
    std::int64_t failed = 0;
    std::int64_t cancelled = 0;
};
EndedCounts count_ended(Connection& connection, base::Time since);

/// The records of the clips that were made since then, the newest first, at most `limit`.
std::vector<std::string> results_of_clips(Connection& connection, base::Time since, int limit);

struct SourceCounts {
    std::int64_t known = 0;   ///< sources that were ever asked
    std::int64_t resting = 0; ///< not asked now, because they failed or said so
    std::int64_t failing = 0; ///< whose last answer was a failure
};
SourceCounts count_sources(Connection& connection, base::Time now);

} // namespace store
