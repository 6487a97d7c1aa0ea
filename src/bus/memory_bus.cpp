#include "bus/memory_bus.h"

namespace bus {

namespace {

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

} // namespace

void MemoryBus::publish(std::string_view topic, std::string_view json) { hub_->put(topic, json); }

std::unique_ptr<Subscription> MemoryBus::subscribe(std::string_view pattern, std::size_t queue_max)
{
    return std::make_unique<Handle>(hub_, hub_->add(pattern, queue_max));
}

} // namespace bus
