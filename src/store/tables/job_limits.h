#pragma once
#include "store/tables/jobs.h"

namespace store {

/// One row of `job_limits`: what holds for a kind over all workers together.
struct JobLimit {
    std::string kind;
    std::optional<int> at_once_max; ///< jobs of the kind that run at the same time
    std::optional<int> starts_max;  ///< starts of it in each period
    std::int64_t period_ms = 60'000;
    base::Time period_at{}; ///< when the present period began
    std::int64_t used = 0;  ///< starts since then
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(JobLimit, (), (kind, at_once_max, starts_max, period_ms, period_at, used, updated_at))

void set_job_limit(Connection& connection, JobLimit const& limit);
/// False where there was none.
bool remove_job_limit(Connection& connection, std::string const& kind);
std::vector<JobLimit> list_job_limits(Connection& connection);

/// As claim_jobs, and within the limits: the rows of the limited kinds are locked until this transaction ends, so that
/// no two workers use the same room.
std::vector<Job> claim_within_limits(Connection& connection, ClaimRequest request);

} // namespace store
