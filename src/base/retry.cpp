#include "base/retry.h"

#include <algorithm>

namespace base {

Milliseconds Backoff::delay(int attempt, Random& random) const
{
    auto const doublings = std::clamp(attempt - 1, 0, 30);
    auto const whole = std::min<double>(static_cast<double>(longest.count()),
                                        static_cast<double>(first.count()) * static_cast<double>(1LL << doublings));
    return Milliseconds(static_cast<std::int64_t>(whole * (0.5 + 0.5 * random.unit())));
}

bool sleep_for(std::stop_token const& stop, Milliseconds duration)
{
    std::mutex mutex;
    std::condition_variable_any wakeup;
    std::unique_lock lock(mutex);
    wakeup.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
}

} // namespace base
