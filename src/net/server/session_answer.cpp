#include "net/server/exchange.h"
#include "net/server/response_head.h"

#include <array>

namespace net::server {

static constexpr std::chrono::seconds linger_time{2};

void Session::refuse(int status, std::string_view detail)
{
    exchange_->keep_alive = false;
    exchange_->sink.reset();
    exchange_->response = {
        status, {}, fmt::format(R"({{"status":{},"detail":"{}"}})", status, detail), "application/problem+json"};
    answer();
}

/// Sends exchange_->response.
void Session::answer()
{
    auto& exchange = *exchange_;
    if (exchange.response.upgrade && exchange.response.status == 200 && !agree_on_socket()) {
        exchange.keep_alive = false;
        exchange.response = {426,
                             {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}},
                             R"({"status":426,"detail":"this is a WebSocket, version 13"})",
                             "application/problem+json"};
    }
    if (host_.stopping() || !exchange.body_whole) exchange.keep_alive = false;
    compose();
    if (auto const& tell = host_.options().answered) {
        auto const now = host_.loop().now();
        auto const began = exchange.whole_at == SteadyTime{} ? now : exchange.whole_at;
        tell(exchange.request.method, exchange.response.status, now - began);
    }
    set_busy(true);
    phase_ = Phase::Write;
    restart_window(host_.options().write_timeout);
}

void Session::compose()
{
    auto& exchange = *exchange_;
    auto& response = exchange.response;
    if (find_header(response.headers, "Connection") == "close") exchange.keep_alive = false;
    exchange.head.clear();
    ResponseFacts const facts{exchange.version, exchange.keep_alive, host_.loop().date()};
    if (!put_head(exchange.head, response, facts)) {
        response = {500, {}, R"({"status":500,"code":"internal"})", "application/problem+json"};
        put_head(exchange.head, response, facts);
    }
    if (exchange.head_only || !may_have_body(response.status)) {
        response.body.clear();
        response.file.reset();
    }
    if (response.file) response.body.clear();
    if (response.cut_after) {
        response.body.resize(std::min(*response.cut_after, response.body.size()));
        exchange.keep_alive = false;
    }
    exchange.sent = 0;
    exchange.file_sent = 0;
    exchange.allowed = exchange.head.size() + (response.drip ? 0 : response.body.size());
}

bool Session::write_pieces()
{
    auto& exchange = *exchange_;
    auto const head_left = std::string_view(exchange.head).substr(std::min(exchange.sent, exchange.head.size()));
    auto const body_sent = exchange.sent - std::min(exchange.sent, exchange.head.size());
    auto const body_allowed = exchange.allowed - exchange.head.size();
    auto const body_left = std::string_view(exchange.response.body).substr(0, body_allowed).substr(body_sent);
    IoResult result;
    if (!head_left.empty() || !body_left.empty()) {
        std::array const pieces{head_left, body_left};
        result = head_left.empty() ? transport_.write(std::span(&body_left, 1))
                                   : transport_.write(std::span(pieces.data(), body_left.empty() ? 1 : 2));
        exchange.sent += result.bytes;
    } else {
        auto const& file = *exchange.response.file;
        result =
            transport_.send_file(file.file->get(), file.offset + exchange.file_sent, file.count - exchange.file_sent);
        exchange.file_sent += result.bytes;
    }
    window_moved_ += result.bytes;
    if (result.state == Io::Ended) close();
    return result.state == Io::Moved;
}

bool Session::write()
{
    auto& exchange = *exchange_;
    auto const& response = exchange.response;
    auto const text_bytes = exchange.head.size() + response.body.size();
    if (exchange.sent < exchange.allowed) return write_pieces();
    if (exchange.sent < text_bytes) { // drips on
        host_.loop().set_deadline(*this, host_.loop().now() + *response.drip);
        return false;
    }
    if (response.file && exchange.file_sent < response.file->count) return write_pieces();
    return written();
}

bool Session::written()
{
    auto& exchange = *exchange_;
    auto& loop = host_.loop();
    set_busy(false);
    host_.release(std::exchange(exchange.reserved, 0));
    if (socket_) {
        become_socket();
        return true;
    }
    if (exchange.keep_alive && !host_.stopping()) {
        exchange = Exchange();
        phase_ = Phase::Head;
        loop.set_deadline(*this, loop.now() + host_.options().idle_timeout);
        return true;
    }
    // What is closed with bytes unread is reset, and a reset eats the answer on its way.
    auto const all_read = exchange.body_whole && in_.empty() && exchange.scanner.refusal().detail.empty();
    transport_.end_writing();
    if (ended_ || (all_read && !transport_.secure()) || host_.stopping()) {
        close();
        return false;
    }
    phase_ = Phase::Linger;
    loop.set_deadline(*this, loop.now() + linger_time);
    return true;
}

bool Session::linger()
{
    in_.clear();
    if (fill(Loop::scratch_bytes)) return true;
    if (ended_) close();
    return false;
}

/// From now on, too_slow() asks what was moved since.
void Session::restart_window(base::Milliseconds window)
{
    window_moved_ = 0;
    host_.loop().set_deadline(*this, host_.loop().now() + window);
}

/// For a peer that takes nothing.
void Session::drop()
{
    host_.loop().unwatch(transport_.fd());
    transport_.abandon();
    close();
}

bool Session::too_slow() const { return window_moved_ < host_.options().rate_bytes_min; }

void Session::on_deadline()
{
    auto const self = shared_from_this();
    switch (phase_) {
    case Phase::Body:
        if (too_slow()) return close();
        return restart_window(host_.options().rate_window);
    case Phase::Stream:
        if (too_slow()) {
            ended_ = true; // not worth waiting for
            hand_over(false, true);
            return;
        }
        return restart_window(host_.options().rate_window);
    case Phase::Write:
        if (exchange_->response.drip && exchange_->sent == exchange_->allowed) {
            ++exchange_->allowed;
            return step();
        }
        if (too_slow()) return drop();
        return restart_window(host_.options().write_timeout);
    case Phase::Socket: return on_socket_deadline();
    case Phase::Head:
    case Phase::Linger: return close();
    case Phase::Work:
    case Phase::Closed: return;
    }
}

} // namespace net::server
