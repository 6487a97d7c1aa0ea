#pragma once
#include "accounts/principal.h"
#include "base/clock.h"
#include "net/websocket.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>

namespace api::live {

/// Something that clients may follow.
struct TopicType {
    std::string_view name; ///< "jobs"; with `keyed`, "nexus:ID"
    std::string_view help; ///< one sentence
    bool shared = false;   ///< the same for everybody; else only the owner's
    bool keyed = false;    ///< followed one by one: "nexus:ID"
};
/// In alphabetical order.
std::span<TopicType const> all_topics();

/// Who may listen; accounts fill it.
struct Gate {
    std::function<std::optional<accounts::Principal>(std::string_view token)> by_token;
    /// Redeems a ticket, once. Null: there are none.
    std::function<std::optional<accounts::Principal>(std::string_view ticket)> by_ticket = nullptr;
    /// Asked again and again about those who came with a ticket. Null: they stay.
    std::function<bool(accounts::Principal const& principal)> still_valid = nullptr;
};

struct HubLimits {
    std::size_t replay_events_max = 256; ///< of one stream
    std::size_t replay_bytes_max = 256U << 10U;
    std::size_t streams_max = 4096; ///< the one that nobody followed for longest goes
    std::size_t topics_max = 32;    ///< of one connection
    std::size_t connections_per_user_max = 64;
    base::Milliseconds sign_in_time{10'000};     ///< for the first message with the token
    base::Milliseconds recheck_interval{60'000}; ///< whether the token is still valid
    int rechecks_max = 500;                      ///< in one sweep
};

/// Events by topic and owner, each stream numbered without gaps; the last ones are kept for those who come back, and
/// for those who read too slowly: nothing is queued for one connection beyond its socket's own bounded queue.
/// Thread-safe.
class Hub {
public:
    class Listener;
    /// `origin` tells this hub's numbers from those of another process.
    Hub(base::Clock const& clock, std::string origin, Gate gate, HubLimits limits = {});
    ~Hub();

    /// To those who follow the topic and own the row; for a shared topic the owner is "". `data` is JSON.
    void publish(std::string_view topic, std::string_view owner_id, std::string_view event, std::string_view data);
    /// Events were lost before they came here: all streams skip a number, so that all clients learn it.
    void skip();

    /// For one connection: its handler, to be given to the server. The principal may be known already.
    std::shared_ptr<net::WebSocketHandler> handler(std::optional<accounts::Principal> principal);
    std::optional<accounts::Principal> redeem(std::string_view ticket) const;
    /// Closes connections whose token is no longer valid, and those that never sent one. About once a second.
    void sweep();

    std::size_t connections() const;
    std::size_t streams() const;

private:
    struct Stream;
    struct Cursor;
    using StreamKey = std::pair<std::string, std::string>; // topic, owner
    static TopicType const* type_of(std::string_view topic);
    Stream& stream(std::string_view topic, std::string_view owner_id);
    void forget_oldest();
    void push(Stream& stream, std::string_view event, std::string_view data);
    void catch_up(Listener& listener, Cursor& cursor);

    // What a connection does
    bool enter(std::shared_ptr<Listener> const& listener);
    void leave(Listener& listener);
    void sign_in(Listener& listener, accounts::Principal principal, std::string token);
    void subscribe(Listener& listener, std::string const& topic, std::optional<std::int64_t> since,
                   std::optional<std::string> const& origin);
    void unsubscribe(Listener& listener, std::string const& topic);
    void resume(Listener& listener);

    base::Clock const& clock_;
    std::string const origin_;
    Gate const gate_;
    HubLimits const limits_;
    mutable std::mutex mutex_;
    std::map<StreamKey, std::unique_ptr<Stream>> streams_;
    std::int64_t forgotten_ = 0; // the highest number of a stream that went: a new one begins above it
    std::uint64_t uses_ = 0;
    std::set<std::shared_ptr<Listener>> listeners_;
    std::map<std::string, std::size_t, std::less<>> by_user_;
};

} // namespace api::live
