#include "jobs/runner.h"

namespace jobs {

Trigger now_and_then(int (*trigger)(Queue&))
{
    return [trigger](Queue& queue) -> std::optional<base::Time> {
        trigger(queue);
        return std::nullopt;
    };
}

void check_options(RunnerOptions const& options)
{
    auto const bad = [](int threads) { return threads < 0 || threads > 64; };
    if (bad(options.network_threads) || bad(options.compute_threads))
        base::fail(base::ErrorCode::InvalidInput, "worker threads: {} network and {} compute are not all in [0, 64]",
                   options.network_threads, options.compute_threads);
    if (options.ahead < 0 || options.ahead > 1'000)
        base::fail(base::ErrorCode::InvalidInput, "ahead: {} is outside [0, 1000]", options.ahead);
    if (options.lease < base::Milliseconds(100))
        base::fail(base::ErrorCode::InvalidInput, "lease: {} ms is below 100", options.lease.count());
    if (options.worker.empty()) base::fail(base::ErrorCode::InvalidInput, "a worker needs a name of its own");
}

} // namespace jobs
