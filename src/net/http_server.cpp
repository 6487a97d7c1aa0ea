#include "net/http_server.h"

#include "net/server/session.h"
#include "net/server/tls_files.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unordered_map>

namespace net {

using base::ErrorCode;
using base::fail;
using server::Session;

static constexpr std::chrono::milliseconds accept_pause{100}; // when the process is out of descriptors
static constexpr int accepted_at_once = 64;

std::string_view ServerRequest::parameter(std::string_view name) const
{
    for (auto const& [key, value] : query)
        if (key == name) return value;
    return {};
}

namespace {

/// An address to listen on, as the system wants it.
struct Endpoint {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

Endpoint endpoint_of(ServerOptions const& options)
{
    auto const address = parse_address(options.address);
    if (!address) fail(ErrorCode::InvalidInput, "listen: '{}' is not an IP address", options.address);
    Endpoint out;
    if (address->is_v6) {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(options.port);
        std::copy_n(address->bytes.begin(), 16, v6.sin6_addr.s6_addr);
        out.size = sizeof v6;
    } else {
        auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(options.port);
        std::copy_n(address->bytes.begin(), 4, reinterpret_cast<std::uint8_t*>(&v4.sin_addr));
        out.size = sizeof v4;
    }
    return out;
}

/// An IPv4 client of a socket that listens on [::] has the address that it has everywhere else.
std::string text_of(sockaddr const& peer)
{
    auto address = address_of(peer);
    if (!address) return {};
    static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (address->is_v6 && std::equal(mapped.begin(), mapped.end(), address->bytes.begin())) {
        Address v4;
        std::copy_n(address->bytes.begin() + 12, 4, v4.bytes.begin());
        return v4.text();
    }
    return address->text();
}

} // namespace

struct HttpServer::Parts {
    class Worker;
    Parts(ServerOptions given, Handler given_handler);
    ~Parts() { stop(); }
    void listen();
    void stop();

    ServerOptions options_;
    Handler handler_;
    server::Proxies proxies_;
    std::unique_ptr<server::TlsFiles> tls_; // of the first worker's thread, which accepts
    base::Fd listener_;
    std::uint16_t port_ = 0;
    std::atomic<std::size_t> connections_ = 0;
    std::atomic<std::size_t> memory_for_bodies_ = 0;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::condition_variable idle_;
    int busy_ = 0;
    std::size_t workers_idle_ = 0; // that closed what was idle, while stopping
    std::unique_ptr<base::ThreadPool> pool_;
    std::vector<std::unique_ptr<Worker>> workers_;
};

/// One network thread with its connections. The first one accepts for all.
class HttpServer::Parts::Worker : public server::Host, public server::Watched {
public:
    explicit Worker(Parts& parts) : parts_(parts) {}
    ServerOptions const& options() const override { return parts_.options_; }
    Handler const& handler() const override { return parts_.handler_; }
    server::Proxies const& proxies() const override { return parts_.proxies_; }
    server::Loop& loop() override { return loop_; }
    bool stopping() const override { return parts_.stopping_; }
    bool submit(base::ThreadPool::Work work, bool begun) override
    {
        if (!begun && parts_.pool_->waiting() >= options().waiting_max) return false;
        return parts_.pool_->try_submit(std::move(work));
    }
    bool reserve(std::size_t bytes) override
    {
        if (parts_.memory_for_bodies_.fetch_add(bytes) + bytes <= options().memory_for_bodies_max) return true;
        release(bytes);
        return false;
    }
    void release(std::size_t bytes) override { parts_.memory_for_bodies_ -= bytes; }
    void busy(bool now) override
    {
        std::scoped_lock const lock(parts_.mutex_);
        parts_.busy_ += now ? 1 : -1;
        if (parts_.busy_ == 0) parts_.idle_.notify_all();
    }
    void gone(Session& session) override
    {
        auto const found = sessions_.find(&session);
        if (found == sessions_.end()) return;
        --parts_.connections_;
        if (stopping()) left_.push_back(found->second); // the loop may end before what a handler is busy with
        loop_.bury(std::move(found->second));
        sessions_.erase(found);
    }

    void run()
    {
        thread_ = std::thread([this] {
            ::pthread_setname_np(::pthread_self(), "http-server");
            sigset_t signals; // of peers that left; sendfile has no flag against it
            ::sigemptyset(&signals);
            ::sigaddset(&signals, SIGPIPE);
            ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
            loop_.run();
        });
    }
    void on_events(unsigned) override { accept(); }
    void on_deadline() override { accept(); }
    void accept();
    void add(server::Transport transport, std::string remote)
    {
        auto const session = std::make_shared<Session>(std::move(transport), std::move(remote), *this);
        sessions_.emplace(session.get(), session);
        session->start();
    }
    void close_idle()
    {
        auto const sessions = sessions_; // closing ends some
        for (auto const& [pointer, session] : sessions) session->close_when_idle();
        std::scoped_lock const lock(parts_.mutex_);
        ++parts_.workers_idle_;
        parts_.idle_.notify_all();
    }
    /// After the loop ended: what outlasted the grace.
    void close_all()
    {
        thread_.join();
        auto const sessions = sessions_;
        for (auto const& [pointer, session] : sessions) session->close();
    }
    /// After the handler pool ended, too.
    void say_farewells()
    {
        for (auto const& session : left_) session->say_farewell();
        left_.clear();
    }

private:
    Parts& parts_;
    server::Loop loop_;
    std::unordered_map<Session*, std::shared_ptr<Session>> sessions_;
    std::vector<std::shared_ptr<Session>> left_;
    std::size_t next_ = 0;
    std::thread thread_;
};

void HttpServer::Parts::Worker::accept()
{
    for (int count = 0; count < accepted_at_once; ++count) {
        if (parts_.stopping_) return;
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        base::Fd socket(
            ::accept4(parts_.listener_.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!socket) {
            if (errno == EAGAIN || errno == EWOULDBLOCK) return;
            if (errno == ECONNABORTED || errno == EINTR) continue;
            return loop_.set_deadline(*this, loop_.now() + accept_pause); // out of descriptors: not a reason to spin
        }
        if (parts_.connections_ >= static_cast<std::size_t>(options().connections_max)) continue;
        ++parts_.connections_;
        int const on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto tls = parts_.tls_ ? parts_.tls_->connection(loop_.now()) : server::Transport::Tls();
        auto const transport =
            std::make_shared<server::Transport>(std::move(socket), std::move(tls)); // a post must be copyable
        auto remote = text_of(reinterpret_cast<sockaddr const&>(peer));
        auto& worker = *parts_.workers_[next_++ % parts_.workers_.size()];
        if (&worker == this)
            add(std::move(*transport), std::move(remote));
        else
            worker.loop().post([&worker, transport, remote] { worker.add(std::move(*transport), remote); });
    }
    loop_.post([this] { accept(); }); // more wait: after the others' turn
}

HttpServer::Parts::Parts(ServerOptions given, Handler given_handler)
    : options_(std::move(given)), handler_(std::move(given_handler)),
      proxies_(options_.trusted_proxies, options_.proxy_header)
{
    if (options_.network_threads < 1 || options_.network_threads > 64)
        fail(ErrorCode::InvalidInput, "{} network threads are outside [1, 64]", options_.network_threads);
    if (!options_.certificate_file.empty())
        tls_ = std::make_unique<server::TlsFiles>(options_.certificate_file, options_.key_file, options_.log);
    listen();
    // Beside requests that wait there may be one piece of work that was begun for each connection, and its end.
    auto const begun_max = 2 * static_cast<std::size_t>(options_.connections_max);
    pool_ =
        std::make_unique<base::ThreadPool>("http-handler", options_.handler_threads, options_.waiting_max + begun_max);
    for (int i = 0; i < options_.network_threads; ++i) workers_.push_back(std::make_unique<Worker>(*this));
    workers_.front()->loop().watch(listener_.get(), *workers_.front(), EPOLLIN | EPOLLET);
    for (auto const& worker : workers_) worker->run();
}

void HttpServer::Parts::listen()
{
    auto const endpoint = endpoint_of(options_);
    auto const* const address = reinterpret_cast<sockaddr const*>(&endpoint.storage);
    listener_ = base::Fd(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    int const on = 1;
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (listener_ && ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        ::bind(listener_.get(), address, endpoint.size) == 0 && ::listen(listener_.get(), SOMAXCONN) == 0 &&
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&bound), &size) == 0) {
        port_ = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                                  : reinterpret_cast<sockaddr_in&>(bound).sin_port);
        return;
    }
    auto const error = errno;
    auto const code = error == EACCES ? ErrorCode::Forbidden : ErrorCode::Conflict;
    fail(code, base::Next{"choose another port with --listen"}, "cannot listen on {}:{}: {}", options_.address,
         options_.port, std::generic_category().message(error));
}

void HttpServer::Parts::stop()
{
    if (!pool_) return;
    stopping_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    for (auto const& worker : workers_) worker->loop().post([&each = *worker] { each.close_idle(); });
    {
        std::unique_lock lock(mutex_);
        idle_.wait_for(lock, options_.stop_grace, [this] { return workers_idle_ == workers_.size() && busy_ == 0; });
    }
    for (auto const& worker : workers_) worker->loop().stop();
    for (auto const& worker : workers_) worker->close_all();
    pool_.reset(); // after the threads: what still waits holds sessions
    for (auto const& worker : workers_) worker->say_farewells();
    workers_.clear(); // handlers' last words wait in the loops, with all that their sessions hold
    listener_.reset();
}

HttpServer::HttpServer(ServerOptions options, Handler handler)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(handler)))
{
}

HttpServer::~HttpServer() = default;
void HttpServer::stop() { parts_->stop(); }
std::uint16_t HttpServer::port() const { return parts_->port_; }
std::size_t HttpServer::connections() const { return parts_->connections_; }

std::string HttpServer::url() const
{
    auto const v6 = parts_->options_.address.find(':') != std::string::npos;
    return fmt::format("{}://{}:{}", parts_->tls_ ? "https" : "http",
                       v6 ? "[" + parts_->options_.address + "]" : parts_->options_.address, parts_->port_);
}

} // namespace net
