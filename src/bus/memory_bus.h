#pragma once
#include "bus/bus.h"

namespace bus {

/// Within this process. A subscription may outlive the bus and then gets nothing more.
class MemoryBus : public Bus {
public:
    static constexpr std::size_t message_bytes_max = 64U << 10U;
    static constexpr std::size_t subscriptions_max = 10'000;
    MemoryBus();
    ~MemoryBus() override;
    void publish(std::string_view topic, std::string_view json) override;
    std::unique_ptr<Subscription> subscribe(std::string_view pattern,
                                            std::size_t queue_max = queue_max_default) override;

private:
    struct Hub;
    std::shared_ptr<Hub> hub_;
};

} // namespace bus
