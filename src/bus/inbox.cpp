#include "bus/inbox.h"

#include "base/error.h"

#include <utility>

namespace bus {

Inbox::Inbox(std::string_view pattern, std::size_t queue_max)
    : pattern_(pattern), prefix_(pattern.ends_with('*')), queue_max_(queue_max)
{
    if (queue_max == 0)
        base::fail(base::ErrorCode::InvalidInput, "a subscription to {} needs room for 1 message", pattern);
    if (prefix_) pattern_.pop_back();
}

void Inbox::put(std::string_view topic, std::string_view json)
{
    std::scoped_lock const lock(mutex_);
    if (queue_.size() == queue_max_) {
        queue_.pop_front();
        ++missed_;
    }
    queue_.push_back({std::string(topic), std::string(json)});
    not_empty_.notify_one();
}

std::optional<Message> Inbox::take(std::stop_token const& stop, base::Milliseconds timeout)
{
    std::unique_lock lock(mutex_);
    if (!not_empty_.wait_for(lock, stop, timeout, [&] { return !queue_.empty(); })) return std::nullopt;
    auto message = std::move(queue_.front());
    queue_.pop_front();
    // Only the oldest are dropped, so all that is missing came before this one.
    message.missed = std::exchange(missed_, 0);
    return message;
}

std::shared_ptr<Inbox> Hub::add(std::string_view pattern, std::size_t queue_max)
{
    auto inbox = std::make_shared<Inbox>(pattern, queue_max);
    std::scoped_lock const lock(mutex_);
    if (inboxes_.size() >= subscriptions_max)
        base::fail(base::ErrorCode::RateLimited, "the limit of {} subscriptions is reached", subscriptions_max);
    inboxes_.push_back(inbox);
    return inbox;
}

void Hub::remove(std::shared_ptr<Inbox> const& inbox)
{
    std::scoped_lock const lock(mutex_);
    std::erase(inboxes_, inbox);
}

void Hub::put(std::string_view topic, std::string_view json)
{
    if (json.size() > message_bytes_max)
        base::fail(base::ErrorCode::InvalidInput, "bus message on {}: {} bytes exceed the limit of {}", topic,
                   json.size(), message_bytes_max);
    std::scoped_lock const lock(mutex_);
    for (auto const& inbox : inboxes_)
        if (inbox->wants(topic)) inbox->put(topic, json);
}

} // namespace bus
