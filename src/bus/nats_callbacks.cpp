// What the NATS library calls on its own threads. Nothing here may throw or wait.
#include "bus/nats_link.h"

#include "base/json.h"

namespace bus {

void NatsBus::Link::on_message(natsConnection*, natsSubscription*, natsMsg* message, void* closure)
{
    std::unique_ptr<natsMsg, Deleter<natsMsg, natsMsg_Destroy>> const owner(message);
    auto const& feed = *static_cast<Feed*>(closure);
    std::string_view const subject = natsMsg_GetSubject(message);
    std::string_view const json(natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message)));
    try {
        // Whoever may write to the server may send anything; what readers get is JSON of a bounded size.
        auto const fits = json.size() <= message_bytes_max && subject.size() > feed.prefix_bytes;
        if (fits) base::parse_json(json, "a message of the bus");
        if (fits && feed.inbox->wants(subject.substr(feed.prefix_bytes))) {
            feed.inbox->put(subject.substr(feed.prefix_bytes), json);
            ++feed.counters->received;
        } else if (!fits) {
            ++feed.counters->refused;
        }
    } catch (std::exception const&) {
        ++feed.counters->refused;
    }
}

void NatsBus::Link::on_complete(void* feed) { delete static_cast<Feed*>(feed); }

void NatsBus::Link::note_trouble(std::string text, bool lost)
{
    auto is_new = false;
    {
        std::scoped_lock const lock(mutex_);
        is_new = trouble_ != text;
        trouble_ = text;
        if (lost) connected_ = false;
        changed_.notify_all();
    }
    if (is_new) log_.warning("bus.trouble", {{"reason", text}});
}

void NatsBus::Link::on_reconnected(natsConnection*, void* closure)
{
    auto& link = *static_cast<Link*>(closure);
    ++link.counters_->reconnects;
    {
        std::scoped_lock const lock(link.mutex_);
        link.connected_ = true;
        link.trouble_.clear();
        link.changed_.notify_all();
    }
    link.log_.info("bus.reconnected");
}

void NatsBus::Link::on_disconnected(natsConnection*, void* closure)
{
    static_cast<Link*>(closure)->note_trouble("NATS: the connection is lost", true);
}

void NatsBus::Link::on_closed(natsConnection*, void* closure)
{
    auto& link = *static_cast<Link*>(closure);
    std::scoped_lock const lock(link.mutex_);
    link.closed_ = link.lost_for_good_ = true;
    link.connected_ = false;
    link.changed_.notify_all();
}

void NatsBus::Link::on_error(natsConnection* connection, natsSubscription*, natsStatus error, void* closure)
{
    char const* detail = nullptr;
    natsConnection_GetLastError(connection, &detail);
    auto text =
        fmt::format("NATS: {}{}{}", natsStatus_GetText(error), detail && *detail ? ": " : "", detail ? detail : "");
    static_cast<Link*>(closure)->note_trouble(std::move(text), false);
}

} // namespace bus
