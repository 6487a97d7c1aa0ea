#include "api/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace api {

base::Milliseconds RateLimit::take(std::string const& key, base::Time now)
{
    if (rate_.per_second <= 0) return base::Milliseconds(0);
    std::scoped_lock const lock(mutex_);
    auto const found = by_key_.find(key);
    if (found == by_key_.end()) {
        if (buckets_.size() >= keys_max) {
            by_key_.erase(buckets_.back().key);
            buckets_.pop_back();
        }
        buckets_.push_front({key, rate_.burst, now});
        by_key_[buckets_.front().key] = buckets_.begin();
    } else {
        buckets_.splice(buckets_.begin(), buckets_, found->second);
    }
    auto& bucket = buckets_.front();
    auto const seconds = std::max(0.0, std::chrono::duration<double>(now - bucket.at).count());
    bucket.tokens = std::min(rate_.burst, bucket.tokens + seconds * rate_.per_second);
    bucket.at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return base::Milliseconds(0);
    }
    return base::Milliseconds(static_cast<std::int64_t>(std::ceil((1 - bucket.tokens) / rate_.per_second * 1000)));
}

} // namespace api
