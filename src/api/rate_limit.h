#pragma once
#include "base/clock.h"

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace api {

/// Token buckets, one a key (a user, an address). Thread-safe; memory is bounded: the key that was idle longest goes.
class RateLimit {
public:
    static constexpr std::size_t keys_max = 20'000;
    struct Rate {
        double per_second = 50; ///< 0: no limit
        double burst = 200;
    };
    explicit RateLimit(Rate rate) : rate_(rate) {}
    /// Milliseconds to wait; 0: go on.
    base::Milliseconds take(std::string const& key, base::Time now);

private:
    struct Bucket {
        std::string key;
        double tokens;
        base::Time at;
    };
    Rate rate_;
    std::mutex mutex_;
    std::list<Bucket> buckets_; // the one used last stands first
    std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key_;
};

} // namespace api
