#pragma once
#include "base/retry.h"
#include "jobs/job.h"

/// From what a job did to what its row says: plain functions, no database.
namespace jobs {

/// Why a running job was asked to stop.
enum class StopCause { None, Cancelled, LostLease, Deadline, Timeout, Shutdown };

/// Never sooner than this: a job that says "again, now" would keep a thread busy for nothing.
inline constexpr base::Milliseconds again_delay_min{100};

struct Retry {
    base::Backoff const& backoff;
    base::Random& random;
    base::Time now;
};

store::JobRelease release_of(JobOutcome const& outcome, base::Time now);
/// Again later while the error is transient and attempts are left, otherwise failed.
store::JobRelease release_of(Job const& job, base::Error const& error, Retry const& retry);
/// For a job that ended because it was asked to; not for LostLease, of which there is nothing to write.
store::JobRelease release_of(Job const& job, StopCause cause, Retry const& retry);
/// For a job whose worker fell silent.
store::JobRelease release_of_expired(Job const& job, Retry const& retry);
store::JobRelease release_of_overdue(Job const& job);

} // namespace jobs
