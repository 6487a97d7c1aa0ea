#pragma once
#include "api/live/hub.h"
#include "base/json.h"

namespace api::live {

/// What a client may say.
struct ClientMessage {
    std::optional<std::string> token;
    std::vector<std::string> subscribe;
    std::vector<std::string> unsubscribe;
    std::map<std::string, std::int64_t> since; ///< topic -> the last sequence that was seen
    std::optional<std::string> origin;         ///< whose sequences these are, as "subscribed" said
};
BOOST_DESCRIBE_STRUCT(ClientMessage, (), (token, subscribe, unsubscribe, since, origin))
/// InvalidInput names what is wrong.
ClientMessage read_message(std::string_view text);

/// Where a connection stands in one stream.
struct Hub::Cursor {
    Stream* stream = nullptr;
    std::int64_t sent = 0;
    bool behind = false; ///< the socket's queue was full
};

/// One connection.
class Hub::Listener : public net::WebSocketHandler, public std::enable_shared_from_this<Listener> {
public:
    Listener(Hub& hub, std::optional<accounts::Principal> principal) : principal_(std::move(principal)), hub_(hub) {}
    net::WebSocketLimits limits() const override;
    void on_open(std::shared_ptr<net::WebSocket> const& socket) override;
    void on_message(std::shared_ptr<net::WebSocket> const& socket, std::string text) override;
    void on_writable(std::shared_ptr<net::WebSocket> const&) override { hub_.resume(*this); }
    void on_close() override { hub_.leave(*this); }

private:
    friend class Hub;
    void take(ClientMessage const& message);
    bool may_follow(std::string_view topic) const;
    void tell(std::string_view event, std::string const& data) const;
    void tell_error(base::Error const& error) const;

    // Guarded by the hub's mutex once entered.
    std::optional<accounts::Principal> principal_;
    std::string token_;
    base::Time check_at_{};
    std::map<std::string, Cursor> cursors_;
    std::shared_ptr<net::WebSocket> socket_;
    Hub& hub_;
};

/// An event as it goes out.
std::string event_text(std::string_view topic, std::string_view event, std::optional<std::int64_t> sequence,
                       base::Time at, std::string_view data);

} // namespace api::live
