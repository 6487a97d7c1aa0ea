#include "bus/memory_bus.h"

#include "base/error.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace bus {

namespace {

/// One subscriber's bounded queue.
class Inbox {
public:
    Inbox(std::string_view pattern, std::size_t queue_max)
        : pattern_(pattern), prefix_(pattern.ends_with('*')), queue_max_(queue_max)
    {
        if (prefix_) pattern_.pop_back();
    }
    bool wants(std::string_view topic) const { return prefix_ ? topic.starts_with(pattern_) : topic == pattern_; }
    void put(std::string_view topic, std::string_view json)
    {
        std::scoped_lock const lock(mutex_);
        if (queue_.size() == queue_max_) {
            queue_.pop_front();
            ++missed_;
        }
        queue_.push_back({std::string(topic), std::string(json)});
        not_empty_.notify_one();
    }
    std::optional<Message> take(std::stop_token const& stop, base::Milliseconds timeout)
    {
        std::unique_lock lock(mutex_);
        if (!not_empty_.wait_for(lock, stop, timeout, [&] { return !queue_.empty(); })) return std::nullopt;
        auto message = std::move(queue_.front());
        queue_.pop_front();
        // Only the oldest are dropped, so all that is missing came before this one.
        message.missed = std::exchange(missed_, 0);
        return message;
    }

private:
    std::string pattern_;
    bool prefix_;
    std::size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable_any not_empty_;
    std::deque<Message> queue_;
    std::uint64_t missed_ = 0;
};

} // namespace

struct MemoryBus::Hub {
    std::mutex mutex;
    std::vector<std::shared_ptr<Inbox>> inboxes;
    void remove(std::shared_ptr<Inbox> const& inbox)
    {
        std::scoped_lock const lock(mutex);
        std::erase(inboxes, inbox);
    }
};

MemoryBus::MemoryBus() : hub_(std::make_shared<Hub>()) {}
MemoryBus::~MemoryBus() = default;

void MemoryBus::publish(std::string_view topic, std::string_view json)
{
    if (json.size() > message_bytes_max)
        base::fail(base::ErrorCode::InvalidInput, "bus message on {}: {} bytes exceed the limit of {}", topic,
                   json.size(), message_bytes_max);
    std::scoped_lock const lock(hub_->mutex);
    for (auto const& inbox : hub_->inboxes)
        if (inbox->wants(topic)) inbox->put(topic, json);
}

std::unique_ptr<Subscription> MemoryBus::subscribe(std::string_view pattern, std::size_t queue_max)
{
    struct Handle : Subscription {
        Handle(std::shared_ptr<Hub> the_hub, std::shared_ptr<Inbox> the_inbox)
            : hub(std::move(the_hub)), inbox(std::move(the_inbox))
        {
        }
        Handle(Handle const&) = delete;
        Handle& operator=(Handle const&) = delete;
        ~Handle() override { hub->remove(inbox); }
        std::optional<Message> wait(std::stop_token const& stop, base::Milliseconds timeout) override
        {
            return inbox->take(stop, timeout);
        }
        std::shared_ptr<Hub> hub;
        std::shared_ptr<Inbox> inbox;
    };
    if (queue_max == 0)
        base::fail(base::ErrorCode::InvalidInput, "a subscription to {} needs room for 1 message", pattern);
    auto inbox = std::make_shared<Inbox>(pattern, queue_max);
    std::scoped_lock const lock(hub_->mutex);
    if (hub_->inboxes.size() >= subscriptions_max)
        base::fail(base::ErrorCode::RateLimited, "the limit of {} subscriptions is reached", subscriptions_max);
    hub_->inboxes.push_back(inbox);
    return std::make_unique<Handle>(hub_, inbox);
}

} // namespace bus
