#include "api/live/feed.h"

#include "base/json.h"

#include <algorithm>

namespace api::live {

static constexpr std::size_t event_bytes_max = 40;
static constexpr std::size_t waiting_max = 4096;
static constexpr base::Milliseconds sweep_interval{1'000};

static TopicType const* type_of(std::string_view topic)
{
    auto const name = topic.substr(0, topic.find(':'));
    for (auto const& type : all_topics())
        if (type.name == name) return &type;
    return nullptr;
}

/// Another machine may call its subjects anything; browsers hang up on text that is no UTF-8.
static bool is_event(std::string_view name)
{
    return !name.empty() && name.size() <= event_bytes_max && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool forward(Hub& hub, std::string_view bus_topic, std::string_view json)
{
    auto const dot = bus_topic.rfind('.');
    if (dot == std::string_view::npos) return false;
    auto const topic = bus_topic.substr(0, dot);
    auto const event = bus_topic.substr(dot + 1);
    auto const* const type = type_of(topic);
    if (!type || !is_event(event)) return false;
    auto value = base::parse_json(json, "a message of the bus");
    auto* const object = value.if_object();
    if (!object) return false;
    std::string owner_id;
    if (!type->shared) {
        auto const* const owner = object->if_contains("owner_id");
        if (!owner || !owner->is_string() || owner->get_string().empty()) return false; // "jobs.queued": among workers
        owner_id = std::string_view(owner->get_string());
        object->erase("owner_id");
    }
    hub.publish(topic, owner_id, event, base::json::serialize(*object));
    return true;
}

Feed::Feed(bus::Bus& bus, Hub& hub, base::Log& log) : messages_(bus.subscribe("*", waiting_max))
{
    thread_ = std::jthread([this, &hub, &log](std::stop_token const& stop) {
        auto swept = std::chrono::steady_clock::now();
        while (!stop.stop_requested()) {
            try {
                auto const message = messages_->wait(stop, sweep_interval);
                if (message && message->missed > 0) hub.skip();
                if (message) forward(hub, message->topic, message->json);
                auto const now = std::chrono::steady_clock::now();
                if (now - swept < sweep_interval) continue;
                swept = now;
                hub.sweep();
            } catch (base::Error const& error) { // a door: one bad message is not the end of the feed
                log.warning("live.message_dropped", {{"error", std::string(error.what())}});
            }
        }
    });
}

} // namespace api::live
