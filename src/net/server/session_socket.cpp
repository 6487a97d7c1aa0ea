#include "net/server/exchange.h"

#include <array>

namespace net::server {

static constexpr std::chrono::seconds close_time{2}; // for the peer's half of a close
static constexpr std::size_t frames_at_once = 16;

/// Turns the answer into a 101, where the request asks for what we speak.
bool Session::agree_on_socket()
{
    auto& exchange = *exchange_;
    auto const& request = exchange.request;
    auto const accept = accept_key(request.header("Sec-WebSocket-Key"));
    if (!exchange.upgrades || request.method != "GET" || request.header("Sec-WebSocket-Version") != "13" || !accept ||
        !exchange.body_whole)
        return false;
    auto& response = exchange.response;
    auto const limits = response.upgrade->limits();
    socket_ = std::make_unique<Socket>(std::move(response.upgrade), limits);
    socket_->link = std::make_shared<SocketLink>(host_.loop(), limits, [this] { step(); });
    response.status = 101;
    response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Sec-WebSocket-Accept", *accept);
    response.body.clear();
    return true;
}

void Session::become_socket()
{
    exchange_.reset();
    phase_ = Phase::Socket;
    auto& loop = host_.loop();
    socket_->heard = socket_->wrote = loop.now();
    loop.set_deadline(*this, loop.now() + socket_->limits.ping_interval);
    run_socket_handler([this] { // the session is held meanwhile
        socket_->opened = true;
        socket_->handler->on_open(socket_->link);
    });
}

/// On the handler pool; no other call of this handler is made before it returned.
void Session::run_socket_handler(std::function<void()> call)
{
    socket_->handling = true;
    host_.submit(
        [self = shared_from_this(), call = std::move(call)](std::stop_token const&) {
            auto failed = false;
            try {
                call();
            } catch (...) { // a door
                failed = true;
            }
            self->host_.loop().post([self, failed] {
                self->socket_->handling = false;
                if (self->phase_ == Phase::Closed) return self->say_farewell();
                if (failed) self->socket_->link->close(1011, "the handler failed");
                self->step();
            });
        },
        true);
}

/// False where the connection is gone.
bool Session::write_socket()
{
    auto& socket = *socket_;
    for (;;) {
        std::array<std::string_view, frames_at_once> room;
        auto const count = socket.link->pieces(room);
        if (count == 0) break;
        auto const result = transport_.write(std::span(room.data(), count));
        if (result.state == Io::Ended) {
            close();
            return false;
        }
        if (result.state == Io::Again) break;
        socket.wrote = host_.loop().now();
        socket.link->wrote(result.bytes);
    }
    if (socket.link->take_writable()) socket.handler->on_writable(socket.link);
    return true;
}

bool Session::serve_socket()
{
    if (!write_socket()) return false;
    auto& socket = *socket_;
    if (socket.link->closing() && socket.link->empty()) { // all was said, and nothing more will be listened to
        if (socket.peer_closed || socket.reader.failure() != 0) {
            transport_.end_writing();
            phase_ = Phase::Linger;
        }
        host_.loop().set_deadline(*this, host_.loop().now() + close_time);
        if (phase_ == Phase::Linger) return true;
    }
    if (socket.handling || socket.peer_closed || socket.reader.failure() != 0) return false;
    std::size_t used = 0;
    auto message = socket.reader.next(in_, used);
    in_.erase(0, used);
    if (message) {
        take_message(std::move(*message));
        return true;
    }
    if (socket.reader.failure() != 0) {
        socket.link->close(socket.reader.failure(), "not taken");
        return true;
    }
    if (fill(Loop::scratch_bytes)) {
        socket.heard = host_.loop().now();
        socket.ping_sent = false;
        return true;
    }
    shrink_input();
    if (ended_) close();
    return false;
}

void Session::take_message(ClientMessage message)
{
    auto& socket = *socket_;
    switch (message.opcode) {
    case Opcode::Ping: return socket.link->send_control(make_frame(Opcode::Pong, message.payload));
    case Opcode::Pong: return;
    case Opcode::Close:
        socket.peer_closed = true;
        return socket.link->close(message.close_code == 1005 ? 1000 : message.close_code, "");
    default: break;
    }
    if (socket.link->closing()) return; // what crossed our goodbye
    run_socket_handler([handler = socket.handler, link = socket.link, text = std::move(message.payload)] {
        handler->on_message(link, text);
    });
}

void Session::on_socket_deadline()
{
    auto& socket = *socket_;
    auto const now = host_.loop().now();
    auto const stuck = !socket.link->empty() && now - socket.wrote >= host_.options().write_timeout;
    if (stuck) return drop();
    if (socket.link->closing()) return close();
    if (now - socket.heard < socket.limits.ping_interval)
        return host_.loop().set_deadline(*this, socket.heard + socket.limits.ping_interval);
    if (std::exchange(socket.ping_sent, true)) return close();
    socket.link->send_control(make_frame(Opcode::Ping, ""));
    host_.loop().set_deadline(*this, now + socket.limits.pong_timeout);
    step();
}

} // namespace net::server
