#pragma once
#include "base/clock.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace bus {

struct Message {
    std::string topic;
    std::string json;
    std::uint64_t missed = 0; ///< how many came before this one and were dropped because the queue was full
};

/// Receives from the moment it is made until it is destroyed. Thread-safe; each message goes to one caller of wait().
class Subscription {
public:
    virtual ~Subscription() = default;
    /// The next message; nothing after the timeout or when stopped.
    virtual std::optional<Message> wait(std::stop_token const& stop, base::Milliseconds timeout) = 0;
};

/// The doorbell between parts of the program: wake-ups, cancel signals, progress. Messages may be lost and then cost
/// time, never work: whoever needs to know also looks into the store from time to time.
class Bus {
public:
    static constexpr std::size_t queue_max_default = 256;
    virtual ~Bus() = default;
    /// Returns at once; topic "jobs.queued", body JSON of at most message_bytes_max.
    virtual void publish(std::string_view topic, std::string_view json) = 0;
    /// "jobs.queued" for one topic, "jobs.*" for all that begin so, "*" for all. A full queue drops its oldest message.
    virtual std::unique_ptr<Subscription> subscribe(std::string_view pattern,
                                                    std::size_t queue_max = queue_max_default) = 0;
    /// Why messages don't reach other processes just now; "" where they do, or where there are none to reach.
    virtual std::string trouble() const { return {}; }
};

} // namespace bus
