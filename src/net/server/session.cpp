#include "net/server/session.h"

#include "net/server/exchange.h"

#include <sys/epoll.h>

namespace net::server {

static constexpr int turns_max = 32; // then another connection has its turn
static constexpr std::size_t idle_input_bytes_max = 2048;
static constexpr std::size_t head_read_bytes = 16U << 10U;

Session::Session(Transport transport, std::string remote, Host& host)
    : transport_(std::move(transport)), host_(host), remote_(std::move(remote)), exchange_(std::make_unique<Exchange>())
{
}

Session::~Session() = default;

void Session::start()
{
    auto& loop = host_.loop();
    loop.watch(transport_.fd(), *this, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    loop.set_deadline(*this, loop.now() + host_.options().idle_timeout);
    step();
}

void Session::on_events(unsigned events)
{
    if (phase_ == Phase::Closed) return;
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readable_ = true;
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) hung_up_ = true;
    step();
}

/// Does what can be done now.
void Session::step()
{
    for (int turn = 0; phase_ != Phase::Closed; ++turn) {
        if (turn == turns_max) return host_.loop().post([self = shared_from_this()] { self->step(); });
        auto more = false;
        switch (phase_) {
        case Phase::Head: more = read_request(); break;
        case Phase::Body: more = read_body(); break;
        case Phase::Stream: more = read_stream(); break;
        case Phase::Write: more = write(); break;
        case Phase::Linger: more = linger(); break;
        case Phase::Socket: more = serve_socket(); break;
        case Phase::Work:
        case Phase::Closed: break;
        }
        if (!more) return;
    }
}

/// Reads once; false where there was nothing. ended_ says that there will never be.
bool Session::fill(std::size_t bytes_max)
{
    if (!readable_ || ended_) return false;
    auto const room = std::min(bytes_max, Loop::scratch_bytes);
    auto const result = transport_.read(host_.loop().scratch(), room);
    if (result.state == Io::Moved) {
        in_.append(host_.loop().scratch(), result.bytes);
        // The socket was emptied, and an edge tells of more. Not so where the end was seen coming, or under TLS.
        if (result.bytes < room && !hung_up_ && !transport_.secure()) readable_ = false;
        window_moved_ += result.bytes;
        return true;
    }
    readable_ = false;
    ended_ = result.state == Io::Ended;
    return false;
}

/// 10,000 connections wait without a buffer each.
void Session::shrink_input()
{
    if (in_.empty() && in_.capacity() > idle_input_bytes_max) in_ = std::string();
}

bool Session::read_request()
{
    auto const& options = host_.options();
    HeadLimits const limits{options.header_bytes_max, options.target_bytes_max, options.header_fields_max};
    switch (exchange_->scanner.scan(in_, limits)) {
    case HeadScanner::State::Bad: {
        auto const refusal = exchange_->scanner.refusal();
        refuse(refusal.status, refusal.detail);
        return true;
    }
    case HeadScanner::State::Whole: {
        Head head;
        auto const size = exchange_->scanner.size();
        if (auto const refusal = read_head(std::string_view(in_).substr(0, size), limits, head)) {
            refuse(refusal->status, refusal->detail);
            return true;
        }
        return begin(head);
    }
    case HeadScanner::State::More: break;
    }
    if (fill(head_read_bytes)) return true;
    if (ended_) close();
    if (in_.empty()) shrink_input();
    return false;
}

/// The head is whole and well-formed; what it refers to is in in_ until the end of this.
bool Session::begin(Head const& head)
{
    auto& exchange = *exchange_;
    auto& request = exchange.request;
    exchange.version = head.version;
    exchange.keep_alive = head.keep_alive;
    exchange.head_only = head.method == "HEAD";
    exchange.expects_continue = head.expects_continue;
    exchange.upgrades = head.upgrades;
    exchange.chunked = head.chunked;
    exchange.body_left = head.content_length.value_or(0);
    exchange.body_whole = !head.has_body();
    request.method = std::string(head.method);
    request.headers = head.headers;
    request.remote = remote_;
    request.secure = transport_.secure();
    auto const fine = read_target(head.target, request.header("Host"), request);
    in_.erase(0, exchange.scanner.size());
    if (!fine) {
        refuse(400, "not a path");
        return true;
    }
    host_.proxies().apply(request);
    exchange.whole_at = host_.loop().now();
    if (!exchange.body_whole) return begin_body();
    dispatch();
    return true;
}

bool Session::begin_body()
{
    auto const& options = host_.options();
    auto& exchange = *exchange_;
    auto const small = !exchange.chunked && exchange.body_left <= options.small_body_bytes_max;
    if (options.accept_body && !small) {
        ask_about_body();
        return true;
    }
    decided({});
    return true;
}

void Session::ask_about_body()
{
    host_.loop().clear_deadline(*this);
    auto decision = std::make_shared<BodyDecision>();
    auto const taken = work(
        [decision, this](std::stop_token const&) {
            *decision = host_.options().accept_body(exchange_->request);
            return [decision](Session& session) { session.decided(std::move(*decision)); };
        },
        false);
    if (!taken) refuse(503, "too many requests wait");
}

/// A body is kept, streamed, or not taken.
void Session::decided(BodyDecision decision)
{
    auto& exchange = *exchange_;
    auto const& options = host_.options();
    if (decision.refusal) {
        exchange.response = std::move(*decision.refusal);
        return answer();
    }
    if (!decision.sink && exchange.body_left > options.body_bytes_max)
        return refuse(413, "the body is larger than the limit");
    exchange.reserved = decision.sink      ? options.stream_piece_bytes
                        : exchange.chunked ? options.body_bytes_max
                                           : static_cast<std::size_t>(exchange.body_left);
    if (!host_.reserve(exchange.reserved)) {
        exchange.reserved = 0;
        return refuse(503, "too many bodies are on their way");
    }
    exchange.sink = std::move(decision.sink);
    phase_ = exchange.sink ? Phase::Stream : Phase::Body;
    restart_window(options.rate_window);
    if (!exchange.expects_continue || !in_.empty()) return;
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    transport_.write(std::span(&go_on, 1)); // the first bytes of this answer: there is room for them
}

/// Moves what is there of the body, at most `room` bytes.
Session::BodyState Session::decode(std::string& out, std::size_t room)
{
    auto& exchange = *exchange_;
    if (!exchange.chunked) {
        auto const count = static_cast<std::size_t>(std::min<std::uint64_t>({in_.size(), room, exchange.body_left}));
        if (out.empty() && count == in_.size() && out.capacity() < in_.size())
            out.swap(in_);
        else
            out.append(in_, 0, count), in_.erase(0, count);
        exchange.body_left -= count;
        exchange.body_whole = exchange.body_left == 0;
        return exchange.body_whole ? BodyState::Whole : BodyState::More;
    }
    std::size_t used = 0;
    auto const bytes_max = out.size() + room;
    auto state = BodyState::More;
    while (state == BodyState::More && used < in_.size() && out.size() < bytes_max) {
        auto const piece = exchange.chunks.next(std::string_view(in_).substr(used, bytes_max - out.size()));
        out.append(piece.data);
        used += piece.consumed;
        state = piece.bad ? BodyState::Bad : piece.done ? BodyState::Whole : BodyState::More;
    }
    in_.erase(0, used);
    exchange.body_whole = state == BodyState::Whole;
    return state;
}

bool Session::read_body()
{
    auto& body = exchange_->request.body;
    auto const bytes_max = host_.options().body_bytes_max;
    auto const state = decode(body, bytes_max + Loop::scratch_bytes);
    if (state == BodyState::Bad || body.size() > bytes_max) {
        if (state == BodyState::Bad)
            refuse(400, "the chunks are malformed");
        else
            refuse(413, "the body is larger than the limit");
        return true;
    }
    if (state == BodyState::Whole) {
        dispatch();
        return true;
    }
    if (fill(Loop::scratch_bytes)) return true;
    if (ended_) close();
    return false;
}

bool Session::read_stream()
{
    auto& exchange = *exchange_;
    auto const piece_bytes = host_.options().stream_piece_bytes;
    auto const state = decode(exchange.piece, piece_bytes - std::min(piece_bytes, exchange.piece.size()));
    if (state == BodyState::Bad) return hand_over(false, true);
    if (state == BodyState::Whole) return hand_over(true, false);
    if (exchange.piece.size() >= piece_bytes) return hand_over(false, false);
    if (fill(Loop::scratch_bytes)) return true;
    if (ended_) return hand_over(false, true);
    return !exchange.piece.empty() && hand_over(false, false);
}

/// Gives the piece to the sink, and then the end, where this was it.
bool Session::hand_over(bool whole, bool broken)
{
    host_.loop().clear_deadline(*this);
    exchange_->whole_at = host_.loop().now();
    work(
        [this, whole, broken](std::stop_token const& stop) {
            auto& exchange = *exchange_;
            auto const go_on = exchange.piece.empty() || exchange.sink->take(exchange.piece, stop);
            exchange.piece.clear();
            if (broken) {
                std::exchange(exchange.sink, nullptr)->lost();
            } else if (whole || !go_on) {
                exchange.response = exchange.sink->finish(go_on, stop);
                exchange.answered = true;
            }
            return [broken](Session& session) { session.handed_over(broken); };
        },
        true);
    return true;
}

void Session::handed_over(bool broken)
{
    if (broken) {
        if (ended_) return close();
        return refuse(400, "the body broke off");
    }
    if (exchange_->answered) return answer();
    phase_ = Phase::Stream;
    restart_window(host_.options().rate_window);
}

static ServerResponse broken_handler()
{
    return {500, {}, R"({"status":500,"code":"internal"})", "application/problem+json"};
}

/// Runs it on the handler pool with the exchange to itself; it gives back what the loop shall do then. What it raises
/// is answered 500.
template <class Work> bool Session::work(Work work, bool begun)
{
    phase_ = Phase::Work;
    set_busy(true);
    return host_.submit(
        [self = shared_from_this(), work = std::move(work)](std::stop_token const& stop) {
            std::function<void(Session&)> then;
            try {
                then = work(stop);
            } catch (...) { // a door: whatever a handler lets through must not end the server
                self->exchange_->sink.reset();
                self->exchange_->response = broken_handler();
                then = [](Session& session) { session.answer(); };
            }
            self->host_.loop().post([self, then = std::move(then)] {
                if (self->phase_ == Phase::Closed) return;
                then(*self);
                self->step();
            });
        },
        begun);
}

bool Session::answer_quickly()
{
    if (!host_.options().quick) return false;
    try {
        auto response = host_.options().quick(exchange_->request);
        if (!response) return false;
        exchange_->response = std::move(*response);
    } catch (...) { // a door
        exchange_->response = broken_handler();
    }
    answer();
    return true;
}

void Session::dispatch()
{
    host_.loop().clear_deadline(*this);
    exchange_->whole_at = host_.loop().now();
    if (answer_quickly()) return;
    auto const taken = work(
        [this](std::stop_token const& stop) {
            exchange_->response = host_.handler()(exchange_->request, stop);
            return [](Session& session) { session.answer(); };
        },
        false);
    if (taken) return;
    exchange_->keep_alive = false;
    exchange_->response = {
        503, {{"Retry-After", "1"}}, R"({"status":503,"detail":"too many requests wait"})", "application/problem+json"};
    answer();
}

void Session::set_busy(bool now)
{
    if (busy_ == now) return;
    busy_ = now;
    host_.busy(now);
}

void Session::close_when_idle()
{
    if (socket_) {
        socket_->link->close(1001, "the server stops");
        write_socket();
        close();
    } else if (!busy_) {
        close();
    }
}

static void tell_lost(std::shared_ptr<BodySink> const& sink)
{
    try {
        sink->lost();
    } catch (...) { // a door; nobody is left to be told
    }
}

void Session::close()
{
    if (phase_ == Phase::Closed) return;
    auto const at_work = phase_ == Phase::Work;
    phase_ = Phase::Closed;
    if (exchange_) {
        host_.release(std::exchange(exchange_->reserved, 0));
        // While the server stops, the pool may never come to it: say_farewell() does it.
        if (!at_work && exchange_->sink && !exchange_->answered && !host_.stopping())
            host_.submit([sink = std::move(exchange_->sink)](std::stop_token const&) { tell_lost(sink); }, true);
    }
    if (socket_) {
        socket_->link->detach();
        if (!socket_->handling) say_farewell();
    }
    host_.loop().unwatch(transport_.fd());
    transport_.close();
    host_.loop().forget(*this);
    set_busy(false);
    host_.gone(*this);
}

void Session::say_farewell()
{
    if (socket_ && socket_->opened && !std::exchange(socket_->farewell, true)) socket_->handler->on_close();
    if (exchange_ && exchange_->sink && !exchange_->answered) tell_lost(std::exchange(exchange_->sink, nullptr));
}

} // namespace net::server
