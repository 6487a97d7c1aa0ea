#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>

namespace jobs {

/// How long the jobs of a kind take, of late. A slow one is forgotten slowly: whoever claims several ahead would keep
/// them from others for as long as each of them may take. Thread-safe; two ends at once may count as one.
class Pace {
public:
    using Microseconds = std::chrono::microseconds;

    void took(Microseconds time)
    {
        auto const before = slowest_.load();
        slowest_ = std::max<Microseconds::rep>({time.count(), before - before / 16, 1});
    }
    /// How many a thread does in that time; 0 until one was seen.
    int jobs_within(Microseconds time) const
    {
        auto const each = slowest_.load();
        return each == 0 ? 0 : static_cast<int>(std::min<Microseconds::rep>(time.count() / each, 1'000'000));
    }

private:
    std::atomic<Microseconds::rep> slowest_ = 0;
};

} // namespace jobs
