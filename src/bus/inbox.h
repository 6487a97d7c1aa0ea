#pragma once
#include "bus/bus.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

namespace bus {

inline constexpr std::size_t message_bytes_max = 64U << 10U;
inline constexpr std::size_t subscriptions_max = 10'000;

/// One subscriber's bounded queue. Thread-safe.
class Inbox {
public:
    Inbox(std::string_view pattern, std::size_t queue_max);
    bool wants(std::string_view topic) const { return prefix_ ? topic.starts_with(pattern_) : topic == pattern_; }
    void put(std::string_view topic, std::string_view json);
    std::optional<Message> take(std::stop_token const& stop, base::Milliseconds timeout);

private:
    std::string pattern_;
    bool prefix_;
    std::size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable_any not_empty_;
    std::deque<Message> queue_;
    std::uint64_t missed_ = 0;
};

/// The subscribers of this process. Thread-safe.
class Hub {
public:
    /// RateLimited where there are too many.
    std::shared_ptr<Inbox> add(std::string_view pattern, std::size_t queue_max);
    void remove(std::shared_ptr<Inbox> const& inbox);
    /// InvalidInput for a message that is too long.
    void put(std::string_view topic, std::string_view json);

private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<Inbox>> inboxes_;
};

} // namespace bus
