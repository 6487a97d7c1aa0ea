#pragma once
#include "api/job_view.h"
#include "api/route.h"

namespace api {

/// Enqueues work for the caller. The same Idempotency-Key finds the same job, also after a crash.
Reply<JobView> begin_work(Services& services, Call const& call, std::string_view kind, std::string payload,
                          std::optional<base::Time> run_at = std::nullopt);

} // namespace api
