#pragma once
#include "base/error.h"
#include "base/ids.h"

#include <condition_variable>
#include <stop_token>

namespace base {

/// How long to wait before trying again: exponential with full jitter, so that many clients don't return together.
struct Backoff {
    Milliseconds first{1000};
    Milliseconds longest{5 * 60 * 1000};
    /// attempt counts from 1. The result lies in [half, whole] of min(longest, first * 2^(attempt-1)).
    Milliseconds delay(int attempt, Random& random) const;
};

/// Sleeps; returns false at once when stopped.
bool sleep_for(std::stop_token const& stop, Milliseconds duration);

/// Runs `work` up to `attempts` times while it raises transient errors; the last error passes through.
template <class Work>
auto retry(Backoff const& backoff, int attempts, Random& random, std::stop_token const& stop, Work work)
{
    for (int attempt = 1;; ++attempt) {
        try {
            return work();
        } catch (Error const& error) {
            if (attempt >= attempts || !is_transient(error.code)) throw;
        }
        if (!sleep_for(stop, backoff.delay(attempt, random)))
            fail(ErrorCode::Cancelled, "stopped while waiting to retry");
    }
}

} // namespace base
