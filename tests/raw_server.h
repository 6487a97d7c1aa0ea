#pragma once
// A server that says exactly what a test wants, well-formed or not.
#include "base/file.h"

#include <arpa/inet.h>
#include <cstdint>
#include <functional>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace test {

/// Reads up to the empty line, sends what `reply` returns, closes. One connection after the other.
class RawServer {
public:
    using Reply = std::function<std::string(std::string const& request)>;
    explicit RawServer(Reply reply)
        : reply_(std::move(reply)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
        ::listen(listener_.get(), 16);
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this] { serve(); });
    }
    ~RawServer() { ::shutdown(listener_.get(), SHUT_RDWR); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::uint16_t port() const { return port_; }

private:
    void serve()
    {
        for (;;) {
            base::Fd const peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!peer) return;
            std::string request;
            char buffer[4096];
            while (request.find("\r\n\r\n") == std::string::npos) {
                auto const count = ::recv(peer.get(), buffer, sizeof buffer, 0);
                if (count <= 0) break;
                request.append(buffer, static_cast<std::size_t>(count));
            }
            auto const text = reply_(request);
            std::size_t sent = 0;
            while (sent < text.size()) {
                auto const count = ::send(peer.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
                if (count <= 0) break;
                sent += static_cast<std::size_t>(count);
            }
            ::shutdown(peer.get(), SHUT_WR);
            while (::recv(peer.get(), buffer, sizeof buffer, 0) > 0) continue; // a reset would eat what was sent
        }
    }

    Reply reply_;
    base::Fd listener_;
    std::uint16_t port_ = 0;
    std::jthread thread_; // last: joined first
};

/// A plain TCP connection to 127.0.0.1: sends text, reads to the end.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) socket_.reset();
    }
    bool connected() const { return static_cast<bool>(socket_); }
    void send(std::string const& text) const { ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL); }
    void end() const { ::shutdown(socket_.get(), SHUT_WR); }
    /// Until the other side closes.
    std::string read() const
    {
        std::string text;
        char buffer[4096];
        for (;;) {
            auto const count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
            if (count <= 0) return text;
            text.append(buffer, static_cast<std::size_t>(count));
        }
    }
    std::string ask(std::string const& text) const
    {
        send(text);
        end();
        return read();
    }

    int fd() const { return socket_.get(); }

private:
    base::Fd socket_;
};

/// Waits until one of the two has something to read.
inline RawClient const& first_readable(RawClient const& one, RawClient const& other)
{
    pollfd waits[] = {{one.fd(), POLLIN, 0}, {other.fd(), POLLIN, 0}};
    ::poll(waits, 2, -1);
    return waits[0].revents != 0 ? one : other;
}

} // namespace test
