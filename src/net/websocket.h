#pragma once
#include "base/clock.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace net {

struct WebSocketLimits {
    std::size_t message_bytes_max =
        64U << 10U;                            ///< of one message from the client, all fragments; else closed with 1009
    std::size_t queue_bytes_max = 256U << 10U; ///< waiting to be sent
    std::size_t queue_frames_max = 1024;
    base::Milliseconds ping_interval{30'000}; ///< of silence; then a ping
    base::Milliseconds pong_timeout{20'000};  ///< after the ping; then the connection is dropped
};

/// A WebSocket connection as its handler sees it. Thread-safe; may outlive the connection, and then sends nothing.
class WebSocket {
public:
    /// A text message, framed once and shared by all it is sent to.
    using Frame = std::shared_ptr<std::string const>;
    static Frame frame(std::string_view text);

    virtual ~WebSocket() = default;
    /// False: closed, or the queue is full. Then nothing was queued, and WebSocketHandler::on_writable comes later.
    virtual bool send(Frame frame) = 0;
    bool send_text(std::string_view text) { return send(frame(text)); }
    /// What is queued goes out first. 1000 normal, 1001 going away, 1008 policy, 1011 error, 4000-4999 ours.
    virtual void close(int code, std::string_view reason) = 0;
    virtual std::size_t queued_bytes() const = 0;
};

/// What happens on one WebSocket. on_open and on_message are called on the handler pool, one at a time (no further
/// message is read meanwhile), and may block a little. on_writable and on_close are called on a network thread and must
/// not wait; on_close comes last, once, also where on_open raised an error.
class WebSocketHandler {
public:
    virtual ~WebSocketHandler() = default;
    virtual WebSocketLimits limits() const { return {}; }
    virtual void on_open(std::shared_ptr<WebSocket> const& socket) = 0;
    virtual void on_message(std::shared_ptr<WebSocket> const& socket, std::string text) = 0;
    /// After a send() that was refused: half of the queue is free again.
    virtual void on_writable(std::shared_ptr<WebSocket> const&) {}
    virtual void on_close() {}
};

} // namespace net
