#pragma once
#include "discovery/spec.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace discovery {

/// Lets so many requests of one source through as the platform bears: a token bucket, and a number in flight, over all
/// scans of the process. Thread-safe.
class Gate {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;
    explicit Gate(Limits const& limits);

    /// While it lives, one request is in flight.
    class Pass {
    public:
        explicit Pass(Gate& gate) : gate_(&gate) {}
        Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
        Pass& operator=(Pass&&) = delete;
        ~Pass();

    private:
        Gate* gate_;
    };
    /// Waits for its turn, never beyond the deadline: SourceError (Timeout) as soon as it is clear that there is none
    /// in time, Cancelled when stopped. `paced` = keep the platform's interval.
    Pass enter(bool paced, SteadyTime deadline, std::stop_token const& stop);

private:
    void leave();
    std::chrono::milliseconds interval_;
    std::chrono::milliseconds tolerance_; ///< how far the burst may run ahead of the interval
    std::int64_t concurrency_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::int64_t in_flight_ = 0;
    SteadyTime next_{}; ///< when the next request is due at the mean pace
};

} // namespace discovery
