#pragma once
#include "api/live/hub.h"
#include "base/log.h"
#include "bus/bus.h"

#include <thread>

namespace api::live {

/// What a message of the bus is to those who listen: "jobs.state" is the event "state" of the topic "jobs", for the
/// user in its "owner_id" (which is left out); shared topics have none. False: it is nobody's business.
bool forward(Hub& hub, std::string_view bus_topic, std::string_view json);

/// Carries the bus to the hub, and sweeps the hub, in a thread of its own.
class Feed {
public:
    Feed(bus::Bus& bus, Hub& hub, base::Log& log);

private:
    std::unique_ptr<bus::Subscription> messages_;
    std::jthread thread_; // last: joined first
};

} // namespace api::live
