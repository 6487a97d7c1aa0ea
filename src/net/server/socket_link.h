#pragma once
#include "net/server/loop.h"
#include "net/server/websocket_frames.h"
#include "net/websocket.h"

#include <deque>
#include <span>

namespace net::server {

/// The queue between those who send and the connection that writes. Outlives the connection where a handler keeps it.
class SocketLink : public WebSocket, public std::enable_shared_from_this<SocketLink> {
public:
    /// `flush` writes what is queued; called on the loop's thread until detach().
    SocketLink(Loop& loop, WebSocketLimits const& limits, std::function<void()> flush);
    bool send(Frame frame) override;
    void close(int code, std::string_view reason) override;
    std::size_t queued_bytes() const override;

    /// The rest is the connection's, on its loop's thread.
    /// Pings, pongs and the answer to a close: there is always room for them, but for one more pong than that.
    void send_control(std::string frame);
    /// What to write next, at most as many pieces as given room for.
    std::size_t pieces(std::span<std::string_view> room);
    void wrote(std::size_t bytes);
    /// Nothing more is taken; the connection is gone or will be.
    void detach();
    bool empty() const;
    /// A close frame was queued, so nothing can follow it.
    bool closing() const;
    /// True once after a refused send(), when half of the queue is free.
    bool take_writable();

private:
    bool has_room(std::size_t bytes) const;
    void push(Frame frame);

    WebSocketLimits const limits_;
    mutable std::mutex mutex_;
    Loop* loop_; // null once detached
    std::function<void()> flush_;
    std::deque<Frame> queue_;
    std::size_t queued_bytes_ = 0;
    std::size_t first_sent_ = 0; // bytes of the first frame that are out
    bool flush_posted_ = false;
    bool refused_ = false;
    bool closing_ = false;
};

} // namespace net::server
