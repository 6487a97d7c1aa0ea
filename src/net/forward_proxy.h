#pragma once
#include "base/file.h"
#include "net/guard.h"

#include <atomic>
#include <list>
#include <mutex>
#include <thread>

namespace net {

struct ForwardProxyOptions {
    ClientOptions guard = {};               ///< its resolver and its exempt origins
    std::uintmax_t bytes_max = 4ULL << 30U; ///< of all connections together, from the outside
    int connections_max = 16;
    base::Milliseconds connect_timeout{10'000};
    base::Milliseconds idle_timeout{60'000}; ///< without a byte in either direction
};

/// A proxy on loopback for programs that fetch what a stranger named: it resolves names itself, connects to the checked
/// addresses alone, and so holds them to the URL guard. Only those who know its password may use it. CONNECT for https,
/// absolute URLs for http (RFC 9112, 3.2.2). One request a connection.
class ForwardProxy {
public:
    explicit ForwardProxy(ForwardProxyOptions options = {});
    ~ForwardProxy();
    ForwardProxy(ForwardProxy const&) = delete;
    ForwardProxy& operator=(ForwardProxy const&) = delete;
    /// "http://proxy:password@127.0.0.1:PORT"; a secret.
    std::string url() const;
    std::uint16_t port() const { return port_; }
    /// What was asked for and refused, and why; the first hundred.
    std::vector<std::string> refusals() const;
    std::uintmax_t bytes() const { return bytes_; }
    bool too_large() const { return bytes_ > options_.bytes_max; }

private:
    struct Visit;
    void listen();
    void accept_visitors();
    void serve(int visitor);
    void remember(std::string refusal);

    ForwardProxyOptions options_;
    std::string password_;
    std::uint16_t port_ = 0;
    base::Fd listener_;
    base::Fd wake_; ///< readable once it stops
    std::stop_source stop_;
    std::atomic<std::uintmax_t> bytes_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> refusals_;
    std::list<std::jthread> visits_;
    std::atomic<int> open_ = 0;
    std::jthread acceptor_; // last: it stops first
};

} // namespace net
