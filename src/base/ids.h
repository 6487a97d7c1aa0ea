#pragma once
#include "base/clock.h"

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace base {

/// Where chance comes from. `--seed` makes it reproducible; without it the system's entropy seeds it. Thread-safe.
class Random {
public:
    Random();
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    std::uint64_t bits();
    /// Uniform in [0, 1).
    double unit();

private:
    std::mutex mutex_;
    std::mt19937_64 engine_;
};

/// UUID version 7 (RFC 9562): sorts by time of creation, unique across machines.
class Ids {
public:
    Ids(Clock const& clock, Random& random) : clock_(clock), random_(random) {}
    std::string next();

private:
    Clock const& clock_;
    Random& random_;
    std::mutex mutex_;
    std::int64_t last_ms_ = 0;
    unsigned sequence_ = 0;
};

bool is_uuid(std::string_view text);

} // namespace base
