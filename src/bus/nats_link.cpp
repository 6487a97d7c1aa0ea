#include "bus/nats_link.h"

#include "base/error.h"
#include "base/retry.h"
#include "base/text.h"

#include <algorithm>

namespace bus {

static constexpr int pings_unanswered_max = 2;
static constexpr std::int64_t write_deadline_ms = 2'000;
static constexpr int library_buffer_bytes = 1 << 20; // of what is written while it reconnects
static constexpr base::Milliseconds close_wait{5'000};
static constexpr int slower_max = 8; // so many times reconnect_wait, where a server refuses again and again

static void check(natsStatus status, std::string_view what)
{
    if (status != NATS_OK) base::fail(base::ErrorCode::InvalidInput, "bus: {}: {}", what, natsStatus_GetText(status));
}

static bool is_tls(std::string_view url) { return url.starts_with("tls://"); }

static bool is_subject(std::string_view text)
{
    auto const plain = [](char c) { return c > ' ' && c != '*' && c != '>' && c != 127; };
    return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), plain) && text.front() != '.' &&
           text.back() != '.' && text.find("..") == std::string_view::npos;
}

NatsBus::Link::Link(NatsOptions options, base::Log& log)
    : options_(std::move(options)), log_(log), urls_(base::split_list(options_.urls))
{
    if (urls_.empty()) base::fail(base::ErrorCode::InvalidInput, "bus.url: names no server");
    for (auto const& url : urls_)
        if (!url.starts_with("nats://") && !is_tls(url))
            base::fail(base::ErrorCode::InvalidInput, "bus.url: '{}' is not like nats://host:4222 or tls://host:4222",
                       base::redact_url(url));
    if (!is_subject(options_.prefix))
        base::fail(base::ErrorCode::InvalidInput, "bus.prefix: '{}' is no subject of NATS", options_.prefix);
    make_options(); // complains now of files that can't be read
    sender_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
}

NatsBus::Link::~Link() { close(); }

void NatsBus::Link::set_identity(natsOptions* options) const
{
    check(natsOptions_SetName(options, options_.name.c_str()), "name");
    if (!options_.user.empty())
        check(natsOptions_SetUserInfo(options, options_.user.c_str(), options_.password.c_str()), "user and password");
    if (!options_.credentials_file.empty())
        check(natsOptions_SetUserCredentialsFromFiles(options, options_.credentials_file.c_str(), nullptr),
              options_.credentials_file);
}

void NatsBus::Link::set_tls(natsOptions* options) const
{
    if (std::none_of(urls_.begin(), urls_.end(), is_tls)) return;
    check(natsOptions_SetSecure(options, true), "TLS");
    if (!options_.ca_file.empty())
        check(natsOptions_LoadCATrustedCertificates(options, options_.ca_file.c_str()), options_.ca_file);
    if (!options_.certificate_file.empty())
        check(natsOptions_LoadCertificatesChain(options, options_.certificate_file.c_str(), options_.key_file.c_str()),
              options_.certificate_file);
    if (!options_.tls_name.empty())
        check(natsOptions_SetExpectedHostname(options, options_.tls_name.c_str()), "name in the certificate");
}

void NatsBus::Link::set_handlers(natsOptions* options)
{
    check(natsOptions_SetDisconnectedCB(options, &on_disconnected, this), "handler");
    check(natsOptions_SetReconnectedCB(options, &on_reconnected, this), "handler");
    check(natsOptions_SetClosedCB(options, &on_closed, this), "handler");
    check(natsOptions_SetErrorHandler(options, &on_error, this), "handler"); // or it prints to standard error
}

NatsBus::Link::Options NatsBus::Link::make_options()
{
    natsOptions* raw = nullptr;
    check(natsOptions_Create(&raw), "options");
    Options options(raw);
    std::vector<char const*> urls;
    for (auto const& url : urls_) urls.push_back(url.c_str());
    check(natsOptions_SetServers(raw, urls.data(), static_cast<int>(urls.size())), "bus.url");
    check(natsOptions_SetMaxReconnect(raw, -1), "reconnect");
    check(natsOptions_SetReconnectWait(raw, options_.reconnect_wait.count()), "reconnect_wait");
    check(natsOptions_SetReconnectJitter(raw, options_.reconnect_wait.count(), options_.reconnect_wait.count()),
          "jitter");
    check(natsOptions_SetReconnectBufSize(raw, library_buffer_bytes), "buffer");
    check(natsOptions_SetTimeout(raw, options_.connect_timeout.count()), "connect_timeout");
    check(natsOptions_SetPingInterval(raw, options_.ping_every.count()), "ping_every");
    check(natsOptions_SetMaxPingsOut(raw, pings_unanswered_max), "pings");
    check(natsOptions_SetWriteDeadline(raw, write_deadline_ms), "write deadline");
    check(natsOptions_SetSendAsap(raw, true), "send at once"); // otherwise it waits a millisecond for more
    check(natsOptions_SetNoEcho(raw, true), "no echo");
    check(natsOptions_UseGlobalMessageDelivery(raw, true), "delivery"); // not a thread for each subscription
    set_identity(raw);
    set_tls(raw);
    set_handlers(raw);
    return options;
}

void NatsBus::Link::send(std::string_view topic, std::string_view json)
{
    if (!is_subject(topic))
        base::fail(base::ErrorCode::InvalidInput, "bus: '{}' can't be a topic", base::clean_utf8(topic));
    std::scoped_lock const lock(mutex_);
    if (outgoing_.size() >= options_.outgoing_max) {
        outgoing_.pop_front();
        ++counters_->dropped;
    }
    outgoing_.push_back({options_.prefix + "." + std::string(topic), std::string(json)});
    changed_.notify_all();
}

/// The narrowest subject that holds all that the pattern wants: whole tokens only.
static std::string subject_of(std::string const& prefix, std::string_view pattern)
{
    if (!pattern.ends_with('*')) return prefix + "." + std::string(pattern);
    auto const dot = pattern.rfind('.');
    if (dot == std::string_view::npos) return prefix + ".>";
    return prefix + "." + std::string(pattern.substr(0, dot)) + ".>";
}

void NatsBus::Link::add(std::shared_ptr<Inbox> const& inbox, std::string_view pattern)
{
    std::scoped_lock const lock(mutex_);
    auto& entry = entries_[inbox];
    entry.subject = subject_of(options_.prefix, pattern);
    subscribe(inbox, entry);
}

void NatsBus::Link::remove(std::shared_ptr<Inbox> const& inbox)
{
    hub.remove(inbox);
    std::scoped_lock const lock(mutex_);
    entries_.erase(inbox);
}

void NatsBus::Link::subscribe(std::shared_ptr<Inbox> const& inbox, Entry& entry)
{
    if (!connection_ || entry.handle) return;
    auto feed = std::make_unique<Feed>(Feed{inbox, counters_, options_.prefix.size() + 1});
    natsSubscription* raw = nullptr;
    auto const status =
        natsConnection_Subscribe(&raw, connection_.get(), entry.subject.c_str(), &on_message, feed.get());
    if (status != NATS_OK) return; // the connection went; the next one subscribes again
    entry.handle.reset(raw);
    natsSubscription_SetOnCompleteCB(raw, &on_complete, feed.get());
    std::ignore = feed.release(); // on_complete ends it
}

bool NatsBus::Link::connect()
{
    auto const options = make_options();
    {
        std::scoped_lock const lock(mutex_);
        lost_for_good_ = closed_ = false;
    }
    natsConnection* raw = nullptr;
    auto const status = natsConnection_Connect(&raw, options.get());
    Connection fresh(raw);
    if (status != NATS_OK) {
        auto const* const detail = nats_GetLastError(nullptr);
        note_trouble(fmt::format("NATS: {}: {}", natsStatus_GetText(status), detail ? detail : "no reason given"),
                     true);
        return false;
    }
    std::scoped_lock const lock(mutex_);
    connected_ = !lost_for_good_;
    if (connected_) trouble_.clear();
    connection_ = std::move(fresh);
    for (auto& [inbox, entry] : entries_) subscribe(inbox, entry);
    return true;
}

void NatsBus::Link::disconnect()
{
    Connection old;
    std::vector<Handle> handles; // ended outside the lock: callbacks may wait for it
    {
        std::scoped_lock const lock(mutex_);
        old = std::move(connection_);
        connected_ = false;
        for (auto& [inbox, entry] : entries_) handles.push_back(std::move(entry.handle));
    }
    handles.clear();
    if (!old) return;
    natsConnection_Close(old.get());
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, close_wait, [&] { return closed_; });
}

void NatsBus::Link::flush_outgoing(std::stop_token const& stop)
{
    std::deque<Outgoing> batch;
    natsConnection* connection = nullptr;
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, stop, [&] { return lost_for_good_ || (connected_ && !outgoing_.empty()); });
        if (lost_for_good_ || !connected_) return;
        batch.swap(outgoing_);
        connection = connection_.get(); // only this thread replaces it
    }
    for (auto const& message : batch) {
        auto const status = natsConnection_Publish(connection, message.subject.c_str(), message.json.data(),
                                                   static_cast<int>(message.json.size()));
        ++(status == NATS_OK ? counters_->sent : counters_->dropped);
    }
}

void NatsBus::Link::run(std::stop_token const& stop)
{
    for (int failures = 0; !stop.stop_requested();) {
        if (!connect()) {
            base::sleep_for(stop, options_.reconnect_wait * std::min(++failures, slower_max));
            continue;
        }
        failures = 0;
        for (auto lost = false; !lost && !stop.stop_requested();) {
            flush_outgoing(stop);
            std::scoped_lock const lock(mutex_);
            lost = lost_for_good_;
        }
        disconnect();
        if (!stop.stop_requested()) base::sleep_for(stop, options_.reconnect_wait);
    }
}

void NatsBus::Link::close()
{
    {
        std::scoped_lock const lock(mutex_);
        if (std::exchange(ended_, true)) return;
    }
    sender_.request_stop();
    if (sender_.joinable()) sender_.join();
    disconnect();
}

std::string NatsBus::Link::trouble() const
{
    std::scoped_lock const lock(mutex_);
    return trouble_;
}

NatsStats NatsBus::Link::stats() const
{
    auto const& from = *counters_;
    return {from.sent, from.dropped, from.received, from.refused, from.reconnects};
}

} // namespace bus
