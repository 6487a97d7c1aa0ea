#pragma once
#include "bus/inbox.h"

namespace bus {

/// Within this process. A subscription may outlive the bus and then gets nothing more.
class MemoryBus : public Bus {
public:
    static constexpr std::size_t message_bytes_max = bus::message_bytes_max;
    void publish(std::string_view topic, std::string_view json) override;
    std::unique_ptr<Subscription> subscribe(std::string_view pattern,
                                            std::size_t queue_max = queue_max_default) override;

private:
    std::shared_ptr<Hub> hub_ = std::make_shared<Hub>();
};

} // namespace bus
