#include "net/server/socket_link.h"

#include <utility>

namespace net {

WebSocket::Frame WebSocket::frame(std::string_view text)
{
    return std::make_shared<std::string const>(server::make_frame(server::Opcode::Text, text));
}

} // namespace net

namespace net::server {

static constexpr std::size_t control_frames_max = 8; // beyond the limit of the queue

SocketLink::SocketLink(Loop& loop, WebSocketLimits const& limits, std::function<void()> flush)
    : limits_(limits), loop_(&loop), flush_(std::move(flush))
{
}

bool SocketLink::has_room(std::size_t bytes) const
{
    return queue_.size() < limits_.queue_frames_max && queued_bytes_ + bytes <= limits_.queue_bytes_max;
}

/// Under the lock.
void SocketLink::push(Frame frame)
{
    queued_bytes_ += frame->size();
    queue_.push_back(std::move(frame));
    if (std::exchange(flush_posted_, true)) return;
    loop_->post([self = shared_from_this()] {
        std::function<void()> flush;
        {
            std::scoped_lock const lock(self->mutex_);
            self->flush_posted_ = false;
            if (self->loop_) flush = self->flush_;
        }
        if (flush) flush();
    });
}

bool SocketLink::send(Frame frame)
{
    std::scoped_lock const lock(mutex_);
    if (!loop_ || closing_) return false;
    if (!has_room(frame->size())) {
        refused_ = true;
        return false;
    }
    push(std::move(frame));
    return true;
}

void SocketLink::close(int code, std::string_view reason)
{
    std::scoped_lock const lock(mutex_);
    if (!loop_ || closing_) return;
    closing_ = true;
    push(std::make_shared<std::string const>(make_close(code, reason)));
}

void SocketLink::send_control(std::string frame)
{
    std::scoped_lock const lock(mutex_);
    if (!loop_ || closing_ || queue_.size() >= limits_.queue_frames_max + control_frames_max) return;
    push(std::make_shared<std::string const>(std::move(frame)));
}

std::size_t SocketLink::queued_bytes() const
{
    std::scoped_lock const lock(mutex_);
    return queued_bytes_;
}

std::size_t SocketLink::pieces(std::span<std::string_view> room)
{
    std::scoped_lock const lock(mutex_);
    auto const count = std::min(room.size(), queue_.size());
    for (std::size_t i = 0; i < count; ++i) room[i] = *queue_[i];
    if (count > 0) room[0].remove_prefix(first_sent_);
    return count;
}

void SocketLink::wrote(std::size_t bytes)
{
    std::scoped_lock const lock(mutex_);
    first_sent_ += bytes;
    while (!queue_.empty() && first_sent_ >= queue_.front()->size()) {
        first_sent_ -= queue_.front()->size();
        queued_bytes_ -= queue_.front()->size();
        queue_.pop_front();
    }
    if (queue_.empty()) std::deque<Frame>().swap(queue_);
}

void SocketLink::detach()
{
    std::deque<Frame> dropped; // freed outside the lock
    std::function<void()> flush;
    std::scoped_lock const lock(mutex_);
    loop_ = nullptr;
    queued_bytes_ = 0;
    dropped.swap(queue_);
    flush.swap(flush_);
}

bool SocketLink::empty() const
{
    std::scoped_lock const lock(mutex_);
    return queue_.empty();
}

bool SocketLink::closing() const
{
    std::scoped_lock const lock(mutex_);
    return closing_;
}

bool SocketLink::take_writable()
{
    std::scoped_lock const lock(mutex_);
    if (!refused_ || queued_bytes_ * 2 > limits_.queue_bytes_max || queue_.size() * 2 > limits_.queue_frames_max)
        return false;
    refused_ = false;
    return true;
}

} // namespace net::server
