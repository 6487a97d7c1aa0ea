#include "api/live/listener.h"

#include "accounts/tokens.h"

namespace api::live {

static constexpr std::size_t message_bytes_max = 16U << 10U;

ClientMessage read_message(std::string_view text) { return base::read_json<ClientMessage>(text, "message"); }

std::string event_text(std::string_view topic, std::string_view event, std::optional<std::int64_t> sequence,
                       base::Time at, std::string_view data)
{
    std::string out = R"({"topic":)";
    base::put_json(out, topic);
    out += R"(,"event":)";
    base::put_json(out, event);
    if (sequence) {
        out += R"(,"sequence":)";
        base::put_json(out, *sequence);
    }
    out += R"(,"at":)";
    base::put_json(out, at);
    out.append(R"(,"data":)").append(data).append("}");
    return out;
}

net::WebSocketLimits Hub::Listener::limits() const
{
    net::WebSocketLimits limits;
    limits.message_bytes_max = message_bytes_max;
    return limits;
}

/// What concerns the connection alone: topic "live", without a number.
void Hub::Listener::tell(std::string_view event, std::string const& data) const
{
    socket_->send_text(event_text("live", event, std::nullopt, hub_.clock_.now(), data));
}

void Hub::Listener::tell_error(base::Error const& error) const
{
    base::json::object data{{"code", base::name(error.code)}, {"detail", std::string_view(error.what())}};
    if (!error.next_action.empty()) data["next_action"] = error.next_action;
    tell("error", base::json::serialize(data));
}

void Hub::Listener::on_open(std::shared_ptr<net::WebSocket> const& socket)
{
    socket_ = socket;
    auto const known = principal_;
    if (hub_.enter(shared_from_this()) && known) hub_.sign_in(*this, *known, "");
}

void Hub::Listener::on_message(std::shared_ptr<net::WebSocket> const&, std::string text)
{
    try {
        take(read_message(text));
    } catch (base::Error const& error) { // a door
        tell_error(error);
    }
}

void Hub::Listener::take(ClientMessage const& message)
{
    if (message.token) {
        auto principal = hub_.gate_.by_token ? hub_.gate_.by_token(*message.token) : std::nullopt;
        if (!principal) return socket_->close(4401, "this token is not valid, or no longer");
        hub_.sign_in(*this, std::move(*principal), *message.token);
    }
    for (auto const& topic : message.unsubscribe) hub_.unsubscribe(*this, topic);
    for (auto const& topic : message.subscribe) {
        auto const since = message.since.find(topic);
        hub_.subscribe(*this, topic, since == message.since.end() ? std::nullopt : std::optional(since->second),
                       message.origin);
    }
}

/// The scopes of an API token name topics as they name routes: "jobs:read".
bool Hub::Listener::may_follow(std::string_view topic) const
{
    if (principal_->kind == accounts::PrincipalKind::Service) return false;
    return accounts::has_scope(*principal_, std::string(topic.substr(0, topic.find(':'))) + ":read");
}

} // namespace api::live
