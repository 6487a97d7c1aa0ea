#include "api/live/hub.h"

#include "api/live/listener.h"

#include <algorithm>
#include <array>

namespace api::live {

using base::ErrorCode;
using base::fail;

static constexpr std::size_t key_bytes_max = 64;

std::span<TopicType const> all_topics()
{
    static constexpr std::array topics{
        TopicType{.name = "jobs", .help = "States and progress of one's jobs."},
        TopicType{.name = "nexus", .help = "Nodes of one run of a blueprint: nexus:ID.", .keyed = true},
        TopicType{.name = "niches", .help = "Niches that were scanned, and what was found."},
        TopicType{.name = "posts", .help = "States of one's posts."},
        TopicType{.name = "telemetry", .help = "What the machines measure of themselves.", .shared = true},
        TopicType{.name = "uploads", .help = "Files that have arrived."},
    };
    return topics;
}

/// Numbered events of one topic for one owner, and who follows them.
struct Hub::Stream {
    std::string topic;
    std::string owner_id;
    std::int64_t last = 0; ///< number of the newest event
    std::deque<net::WebSocket::Frame> kept;
    std::size_t kept_bytes = 0;
    std::set<Listener*> followers;
    std::uint64_t used = 0;
    std::int64_t first() const { return last - static_cast<std::int64_t>(kept.size()) + 1; }
};

Hub::Hub(base::Clock const& clock, std::string origin, Gate gate, HubLimits limits)
    : clock_(clock), origin_(std::move(origin)), gate_(std::move(gate)), limits_(limits)
{
}

Hub::~Hub() = default;

TopicType const* Hub::type_of(std::string_view topic)
{
    auto const colon = topic.find(':');
    auto const key = colon == std::string_view::npos ? std::string_view() : topic.substr(colon + 1);
    for (auto const& type : all_topics()) {
        if (type.name != topic.substr(0, colon)) continue;
        auto const fine = std::ranges::all_of(key, [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
        });
        if (type.keyed ? !key.empty() && key.size() <= key_bytes_max && fine : colon == std::string_view::npos)
            return &type;
    }
    return nullptr;
}

/// Under the lock, as all that is private.
Hub::Stream& Hub::stream(std::string_view topic, std::string_view owner_id)
{
    auto& slot = streams_[StreamKey(topic, owner_id)];
    if (!slot) {
        slot = std::make_unique<Stream>();
        slot->topic = topic;
        slot->owner_id = owner_id;
        slot->last = forgotten_;
    }
    auto& found = *slot;
    found.used = ++uses_;
    if (streams_.size() > limits_.streams_max) forget_oldest();
    return found;
}

void Hub::forget_oldest()
{
    auto oldest = streams_.end();
    for (auto it = streams_.begin(); it != streams_.end(); ++it)
        if (it->second->followers.empty() && it->second->used != uses_ &&
            (oldest == streams_.end() || it->second->used < oldest->second->used))
            oldest = it;
    if (oldest == streams_.end()) return; // all are followed, and connections are limited
    // Above all that was given out: whoever comes back to the stream learns that something is missing.
    forgotten_ = std::max(forgotten_, oldest->second->last + 1);
    streams_.erase(oldest);
}

void Hub::push(Stream& stream, std::string_view event, std::string_view data)
{
    ++stream.last;
    auto frame = net::WebSocket::frame(event_text(stream.topic, event, stream.last, clock_.now(), data));
    stream.kept_bytes += frame->size();
    stream.kept.push_back(std::move(frame));
    while (stream.kept.size() > limits_.replay_events_max ||
           (stream.kept_bytes > limits_.replay_bytes_max && stream.kept.size() > 1)) {
        stream.kept_bytes -= stream.kept.front()->size();
        stream.kept.pop_front();
    }
    for (auto* follower : stream.followers) {
        auto& cursor = follower->cursors_.at(stream.topic);
        if (!cursor.behind) catch_up(*follower, cursor);
    }
}

/// Sends what the connection has not had yet, as far as its queue goes; what is no longer kept is named.
void Hub::catch_up(Listener& listener, Cursor& cursor)
{
    auto const& stream = *cursor.stream;
    cursor.behind = false;
    while (cursor.sent < stream.last) {
        auto const first = stream.first();
        auto const missing = cursor.sent + 1 < first;
        auto const sent =
            missing ? listener.socket_->send_text(
                          event_text(stream.topic, "missed", first - 1, clock_.now(),
                                     fmt::format(R"({{"from":{},"to":{},"next_action":"read the list again"}})",
                                                 cursor.sent + 1, first - 1)))
                    : listener.socket_->send(stream.kept[static_cast<std::size_t>(cursor.sent + 1 - first)]);
        if (!sent) {
            cursor.behind = true; // on_writable goes on from here
            return;
        }
        cursor.sent = missing ? first - 1 : cursor.sent + 1;
    }
}

void Hub::publish(std::string_view topic, std::string_view owner_id, std::string_view event, std::string_view data)
{
    auto const* const type = type_of(topic);
    if (!type || type->shared != owner_id.empty())
        fail(ErrorCode::Internal, "'{}' is no topic with {} owner", topic, owner_id.empty() ? "no" : "an");
    std::scoped_lock const lock(mutex_);
    push(stream(topic, owner_id), event, data);
}

void Hub::skip()
{
    std::scoped_lock const lock(mutex_);
    for (auto const& [key, stream] : streams_) {
        ++stream->last;
        stream->kept.clear();
        stream->kept_bytes = 0;
        for (auto* follower : stream->followers) catch_up(*follower, follower->cursors_.at(stream->topic));
    }
    ++forgotten_;
}

std::shared_ptr<net::WebSocketHandler> Hub::handler(std::optional<accounts::Principal> principal)
{
    return std::make_shared<Listener>(*this, std::move(principal));
}

std::optional<accounts::Principal> Hub::redeem(std::string_view ticket) const
{
    return gate_.by_ticket ? gate_.by_ticket(ticket) : std::nullopt;
}

bool Hub::enter(std::shared_ptr<Listener> const& listener)
{
    std::scoped_lock const lock(mutex_);
    listener->principal_.reset(); // until sign_in() counted them
    listener->check_at_ = clock_.now() + limits_.sign_in_time;
    return listeners_.insert(listener).second;
}

void Hub::leave(Listener& listener)
{
    std::scoped_lock const lock(mutex_);
    if (listeners_.erase(listener.shared_from_this()) == 0) return;
    for (auto const& [topic, cursor] : listener.cursors_) cursor.stream->followers.erase(&listener);
    listener.cursors_.clear();
    if (listener.principal_) {
        auto const user = by_user_.find(listener.principal_->user_id);
        if (--user->second == 0) by_user_.erase(user);
    }
    listener.principal_.reset();
}

void Hub::sign_in(Listener& listener, accounts::Principal principal, std::string token)
{
    auto const user_id = principal.user_id;
    {
        std::scoped_lock const lock(mutex_);
        if (listener.principal_ && listener.principal_->user_id != user_id)
            fail(ErrorCode::Forbidden, base::Next{"open another connection"}, "this connection is another user's");
        if (!listener.principal_ && ++by_user_[user_id] > limits_.connections_per_user_max) {
            if (--by_user_[user_id] == 0) by_user_.erase(user_id);
            return listener.socket_->close(4429, "too many connections of this user");
        }
        listener.principal_ = std::move(principal);
        listener.token_ = std::move(token);
        listener.check_at_ = clock_.now() + limits_.recheck_interval;
    }
    base::json::object const data{{"user_id", user_id}, {"origin", origin_}};
    listener.tell("ready", base::json::serialize(data));
}

void Hub::subscribe(Listener& listener, std::string const& topic, std::optional<std::int64_t> since,
                    std::optional<std::string> const& origin)
{
    auto const* const type = type_of(topic);
    if (!type) fail(ErrorCode::InvalidInput, "subscribe: there is no topic '{}'", base::truncate_utf8(topic, 100));
    std::scoped_lock const lock(mutex_);
    if (!listener.principal_)
        fail(ErrorCode::Forbidden, base::Next{R"(send {"token": "..."} first)"}, "nobody is signed in");
    if (!listener.may_follow(topic)) fail(ErrorCode::Forbidden, "this token lacks the scope {}:read", type->name);
    if (!listener.cursors_.contains(topic) && listener.cursors_.size() >= limits_.topics_max)
        fail(ErrorCode::InvalidInput, "subscribe: the limit is {} topics", limits_.topics_max);
    auto& followed = stream(topic, type->shared ? "" : listener.principal_->user_id);
    auto& cursor = listener.cursors_[topic];
    cursor.stream = &followed;
    followed.followers.insert(&listener);
    base::json::object const data{{"topic", topic}, {"sequence", followed.last}, {"origin", origin_}};
    listener.tell("subscribed", base::json::serialize(data));
    cursor.sent = followed.last;
    if (!since) return;
    // Numbers of another process, or of a future that this one doesn't know, say nothing about what was missed.
    if ((origin && *origin != origin_) || *since > followed.last || *since < 0) {
        static constexpr std::string_view all = R"({"from":null,"to":null,"next_action":"read the list again"})";
        if (listener.socket_->send_text(event_text(topic, "missed", followed.last, clock_.now(), all))) return;
        cursor.sent = -1; // said later, as a gap from the beginning
        cursor.behind = true;
        return;
    }
    cursor.sent = *since;
    catch_up(listener, cursor);
}

void Hub::unsubscribe(Listener& listener, std::string const& topic)
{
    std::scoped_lock const lock(mutex_);
    auto const found = listener.cursors_.find(topic);
    if (found == listener.cursors_.end()) return;
    found->second.stream->followers.erase(&listener);
    listener.cursors_.erase(found);
}

void Hub::resume(Listener& listener)
{
    std::scoped_lock const lock(mutex_);
    for (auto& [topic, cursor] : listener.cursors_)
        if (cursor.behind) catch_up(listener, cursor);
}

void Hub::sweep()
{
    struct Check {
        std::shared_ptr<Listener> listener;
        std::optional<accounts::Principal> principal;
        std::string token;
    };
    std::vector<Check> due;
    {
        std::scoped_lock const lock(mutex_);
        auto const now = clock_.now();
        for (auto const& listener : listeners_) {
            if (listener->check_at_ > now || static_cast<int>(due.size()) == limits_.rechecks_max) continue;
            due.push_back({listener, listener->principal_, listener->token_});
            listener->check_at_ = now + limits_.recheck_interval;
        }
    }
    for (auto const& check : due) { // outside of the lock: this may ask the database
        if (!check.principal) {
            check.listener->socket_->close(4401, "nobody signed in");
            continue;
        }
        auto const valid = check.token.empty() ? !gate_.still_valid || gate_.still_valid(*check.principal)
                                               : gate_.by_token && gate_.by_token(check.token).has_value();
        if (!valid) check.listener->socket_->close(4401, "this token is no longer valid");
    }
}

std::size_t Hub::connections() const
{
    std::scoped_lock const lock(mutex_);
    return listeners_.size();
}

std::size_t Hub::streams() const
{
    std::scoped_lock const lock(mutex_);
    return streams_.size();
}

} // namespace api::live
