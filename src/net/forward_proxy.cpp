#include "net/forward_proxy.h"

#include "base/error.h"
#include "base/text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <span>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace net {

using base::ErrorCode;
using Steady = std::chrono::steady_clock;

static constexpr std::size_t head_bytes_max = 32U << 10U;
static constexpr std::size_t piece_bytes = 64U << 10U;
static constexpr std::size_t refusals_max = 100;

namespace {

/// A request to refuse, with the status that says so.
struct Refusal : std::runtime_error {
    Refusal(int answer, std::string const& why) : std::runtime_error(why), status(answer) {}
    int status;
};

/// What stands before the body.
struct Head {
    std::string method;
    std::string target;
    std::vector<std::string> fields; ///< whole lines
    std::string rest;                ///< bytes of the body that came along
};

std::string random_word()
{
    std::array<unsigned char, 18> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 25> text{};
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text.data();
}

std::string basic(std::string const& credentials)
{
    std::string out(sodium_base64_encoded_len(credentials.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<unsigned char const*>(credentials.data()),
                      credentials.size(), sodium_base64_VARIANT_ORIGINAL);
    out.pop_back();
    return "Basic " + out;
}

bool same(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_field(std::string_view line, std::string_view name)
{
    return line.size() > name.size() && line[name.size()] == ':' &&
           base::lower_ascii(line.substr(0, name.size())) == name;
}

Head parse_head(std::string_view text, std::size_t end)
{
    Head head;
    head.rest = text.substr(end + 4);
    auto lines = base::split(text.substr(0, end), '\n');
    for (auto& line : lines)
        if (line.ends_with('\r')) line.pop_back();
    auto const words = base::split(lines.front(), ' ');
    if (words.size() != 3 || !words[2].starts_with("HTTP/1.")) throw Refusal(400, "no HTTP/1.1 request");
    head.method = words[0];
    head.target = words[1];
    for (std::size_t i = 1; i < lines.size(); ++i) head.fields.emplace_back(lines[i]);
    return head;
}

/// Where the request wants to go.
Url url_of(Head const& head)
{
    try {
        return parse_url(head.method == "CONNECT" ? "https://" + head.target + "/" : head.target);
    } catch (base::Error const& error) {
        throw Refusal(400, error.what());
    }
}

} // namespace

/// One connection of a program, and the one it leads to.
struct ForwardProxy::Visit {
    ForwardProxy& proxy;
    base::Fd near;
    base::Fd far = base::Fd();
    Steady::time_point patience = Steady::now() + proxy.options_.idle_timeout;

    /// Waits for any of these; false where the proxy stops. Refusal where patience ends.
    void wait(std::span<pollfd> places) const;
    Head read_head() const;
    void check_password(Head const& head) const;
    void connect(Url const& url);
    bool connect_to(Address const& address, std::uint16_t port);
    void send(int to, std::string_view bytes) const;
    void answer(int status, std::string_view reason, std::string_view text) const;
    void relay();
    bool pass(int from, int to, bool inwards);
    void run();
};

void ForwardProxy::Visit::wait(std::span<pollfd> places) const
{
    std::array<pollfd, 3> all{};
    std::copy(places.begin(), places.end(), all.begin());
    all[places.size()] = {proxy.wake_.get(), POLLIN, 0};
    auto const left = std::chrono::duration_cast<base::Milliseconds>(patience - Steady::now()).count();
    auto const ready = left <= 0 ? 0 : ::poll(all.data(), places.size() + 1, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) base::fail_errno(errno, "wait for", "a connection");
    if (ready == 0) throw Refusal(504, "nothing came for too long");
    if (all[places.size()].revents != 0) throw Refusal(503, "the proxy stops");
    std::copy_n(all.begin(), places.size(), places.begin());
}

Head ForwardProxy::Visit::read_head() const
{
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
        if (auto const end = text.find("\r\n\r\n"); end != std::string::npos) return parse_head(text, end);
        if (text.size() > head_bytes_max) throw Refusal(431, "the request's head is too long");
        std::array<pollfd, 1> place{{{near.get(), POLLIN, 0}}};
        wait(place);
        auto const got = ::recv(near.get(), piece.data(), piece.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got <= 0) throw Refusal(400, "the request broke off");
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
}

void ForwardProxy::Visit::check_password(Head const& head) const
{
    auto const wanted = basic("proxy:" + proxy.password_);
    for (auto const& field : head.fields)
        if (is_field(field, "proxy-authorization") && same(base::trim(field.substr(field.find(':') + 1)), wanted))
            return;
    throw Refusal(407, "the proxy's password is missing");
}

/// True once connected; false where this address does not answer.
bool ForwardProxy::Visit::connect_to(Address const& address, std::uint16_t port)
{
    sockaddr_storage place{};
    socklen_t size = 0;
    if (address.is_v6) {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(place);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::copy_n(address.bytes.begin(), 16, v6.sin6_addr.s6_addr);
        size = sizeof v6;
    } else {
        auto& v4 = reinterpret_cast<sockaddr_in&>(place);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::copy_n(address.bytes.begin(), 4, reinterpret_cast<std::uint8_t*>(&v4.sin_addr));
        size = sizeof v4;
    }
    far = base::Fd(::socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!far) return false;
    if (::connect(far.get(), reinterpret_cast<sockaddr*>(&place), size) == 0) return true;
    if (errno != EINPROGRESS) return false;
    patience = Steady::now() + proxy.options_.connect_timeout;
    std::array<pollfd, 1> writable{{{far.get(), POLLOUT, 0}}};
    wait(writable);
    int trouble = 0;
    socklen_t length = sizeof trouble;
    return ::getsockopt(far.get(), SOL_SOCKET, SO_ERROR, &trouble, &length) == 0 && trouble == 0;
}

void ForwardProxy::Visit::connect(Url const& url)
{
    Route route;
    try {
        route = guarded_route(url, proxy.options_.guard, proxy.options_.connect_timeout, proxy.stop_.get_token());
    } catch (base::Error const& error) {
        throw Refusal(error.code == ErrorCode::Forbidden ? 403 : 502, error.what());
    }
    for (auto const& address : route.addresses)
        if (connect_to(address, url.port)) return;
    throw Refusal(502, url.origin() + " does not answer");
}

void ForwardProxy::Visit::send(int to, std::string_view bytes) const
{
    while (!bytes.empty()) {
        auto const sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR) throw Refusal(502, "the connection broke off");
        std::array<pollfd, 1> place{{{to, POLLOUT, 0}}};
        wait(place);
    }
}

void ForwardProxy::Visit::answer(int status, std::string_view reason, std::string_view text) const
{
    auto const challenge = status == 407 ? "Proxy-Authenticate: Basic realm=\"ettametta\"\r\n" : "";
    auto const message = fmt::format("HTTP/1.1 {} {}\r\n{}Content-Type: text/plain\r\nContent-Length: {}\r\n"
                                     "Connection: close\r\n\r\n{}",
                                     status, reason, challenge, text.size(), text);
    // What does not fit at once is lost: the program is told, not waited for.
    static_cast<void>(::send(near.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    ::shutdown(near.get(), SHUT_WR);
}

/// Moves what is there; false at the end of this direction.
bool ForwardProxy::Visit::pass(int from, int to, bool inwards)
{
    std::array<char, piece_bytes> piece; // NOLINT: filled by recv
    auto const got = ::recv(from, piece.data(), piece.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) {
        ::shutdown(to, SHUT_WR);
        return false;
    }
    if (inwards) {
        proxy.bytes_ += static_cast<std::uintmax_t>(got);
        if (proxy.too_large()) throw Refusal(502, "more bytes than are allowed");
    }
    patience = Steady::now() + proxy.options_.idle_timeout;
    send(to, {piece.data(), static_cast<std::size_t>(got)});
    return true;
}

void ForwardProxy::Visit::relay()
{
    auto out = true;
    auto in = true;
    while (in) { // a program that has closed its side may still listen
        std::array<pollfd, 2> places{{{out ? near.get() : -1, POLLIN, 0}, {far.get(), POLLIN, 0}}};
        wait(places);
        if (out && places[0].revents != 0) out = pass(near.get(), far.get(), false);
        if (places[1].revents != 0) in = pass(far.get(), near.get(), true);
    }
}

void ForwardProxy::Visit::run()
{
    auto connected = false;
    try {
        auto const head = read_head();
        check_password(head);
        auto const url = url_of(head);
        try {
            connect(url);
        } catch (Refusal const& refusal) {
            proxy.remember(fmt::format("{}: {}", url.origin(), refusal.what()));
            throw;
        }
        connected = true;
        if (head.method == "CONNECT") {
            send(near.get(), "HTTP/1.1 200 Connection established\r\n\r\n");
            send(far.get(), head.rest);
        } else {
            auto text = fmt::format("{} {} HTTP/1.1\r\n", head.method, url.target);
            for (auto const& field : head.fields) {
                auto const hop = is_field(field, "connection") || is_field(field, "proxy-connection") ||
                                 is_field(field, "proxy-authorization") || is_field(field, "keep-alive");
                if (!hop) text += field + "\r\n";
            }
            send(far.get(), text + "Connection: close\r\n\r\n" + head.rest);
        }
        relay();
    } catch (Refusal const& refusal) {
        if (!connected) answer(refusal.status, "Refused", refusal.what());
    } catch (std::exception const&) { // one connection never costs the others
        if (!connected) answer(500, "Failed", "the proxy failed");
    }
}

ForwardProxy::ForwardProxy(ForwardProxyOptions options)
    : options_(std::move(options)), password_(random_word()), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (!wake_) base::fail_errno(errno, "open", "an event");
    listen();
    acceptor_ = std::jthread([this] { accept_visitors(); });
}

void ForwardProxy::listen()
{
    listener_ = base::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    if (!listener_ || ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&place), size) != 0 ||
        ::listen(listener_.get(), options_.connections_max) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&place), &size) != 0)
        base::fail_errno(errno, "listen on", "127.0.0.1");
    port_ = ntohs(place.sin_port);
}

ForwardProxy::~ForwardProxy()
{
    stop_.request_stop();
    std::uint64_t const one = 1;
    static_cast<void>(!::write(wake_.get(), &one, sizeof one)); // cannot fail: it is the only one
    acceptor_.join();
    visits_.clear();
}

void ForwardProxy::accept_visitors()
{
    while (!stop_.stop_requested()) {
        std::array<pollfd, 2> places{{{listener_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
        if (::poll(places.data(), places.size(), -1) < 0 && errno != EINTR) return;
        if (places[1].revents != 0) return;
        auto const visitor = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (visitor < 0) continue;
        if (open_ >= options_.connections_max) {
            ::close(visitor);
            continue;
        }
        ++open_;
        if (open_ == 1) visits_.clear(); // all the others have ended: nobody is waited for
        visits_.emplace_back([this, visitor] { serve(visitor); });
    }
}

void ForwardProxy::serve(int visitor)
{
    {
        Visit visit{*this, base::Fd(visitor)};
        visit.run();
    }
    --open_;
}

void ForwardProxy::remember(std::string refusal)
{
    std::scoped_lock const lock(mutex_);
    if (refusals_.size() < refusals_max) refusals_.push_back(std::move(refusal));
}

std::vector<std::string> ForwardProxy::refusals() const
{
    std::scoped_lock const lock(mutex_);
    return refusals_;
}

std::string ForwardProxy::url() const { return fmt::format("http://proxy:{}@127.0.0.1:{}", password_, port_); }

} // namespace net
