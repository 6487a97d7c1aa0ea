#include "net/server_session.h"

#include "base/text.h"

#include <algorithm>
#include <boost/asio/write.hpp>

namespace net {

static constexpr int pipelined_bytes_max = 1 << 16; // read ahead of the request that is being answered

Session::Session(asio::ip::tcp::socket socket, SessionHost& host)
    : stream_(std::move(socket)), host_(host), buffer_(host.options().header_bytes_max + pipelined_bytes_max),
      pause_(stream_.get_executor())
{
    beast::error_code ignored;
    auto const peer = stream_.socket().remote_endpoint(ignored);
    if (!ignored) remote_ = peer.address().to_string();
}

Session::~Session()
{
    if (busy_) host_.busy(false);
    host_.gone(this);
}

void Session::read_header()
{
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(host_.options().header_bytes_max));
    parser_->body_limit(host_.options().body_bytes_max);
    stream_.expires_after(host_.options().idle_timeout);
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_header(error); });
}

static int status_of(beast::error_code error)
{
    if (error == http::error::header_limit) return 431;
    if (error == http::error::body_limit) return 413;
    return 400;
}

/// Errors of the other side's making are answered; a peer that left or fell silent is not.
static bool is_bad_request(beast::error_code error)
{
    return error.category() == make_error_code(http::error::bad_method).category() &&
           error != http::error::end_of_stream && error != http::error::partial_message;
}

void Session::on_header(beast::error_code error)
{
    if (error) return is_bad_request(error) ? refuse(status_of(error), error.message()) : close();
    auto const& header = parser_->get();
    version_ = header.version();
    if (header.count(http::field::content_length) > 0 && header.count(http::field::transfer_encoding) > 0)
        return refuse(400, "both Content-Length and Transfer-Encoding");
    if (header.count(http::field::content_length) > 1) return refuse(400, "more than one Content-Length");
    if (version_ >= 11 && header.count(http::field::host) != 1) return refuse(400, "needs exactly one Host header");
    if (auto const length = parser_->content_length(); length && *length > host_.options().body_bytes_max)
        return refuse(413, "the body is larger than the limit");
    auto const next = [self = shared_from_this()] {
        http::async_read(self->stream_, self->buffer_, *self->parser_,
                         [self](beast::error_code failed, std::size_t) { self->on_read(failed); });
    };
    if (!beast::iequals(header[http::field::expect], "100-continue")) return next();
    cut_text_ = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(cut_text_),
                      [self = shared_from_this(), next](beast::error_code failed, std::size_t) {
                          if (failed)
                              self->close();
                          else
                              next();
                      });
}

void Session::on_read(beast::error_code error)
{
    if (error) return is_bad_request(error) ? refuse(status_of(error), error.message()) : close();
    dispatch();
}

/// The path decoded, false where it could mean something else to somebody else.
static bool read_target(std::string_view target, ServerRequest& out)
{
    if (target.starts_with("http://") || target.starts_with("https://")) {
        auto const slash = target.find('/', target.find("://") + 3);
        target = slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    if (!target.starts_with('/')) return false;
    auto const mark = target.find('?');
    out.path = percent_decode(target.substr(0, mark));
    if (mark != std::string_view::npos) out.query = parse_query(target.substr(mark + 1));
    if (!base::is_utf8(out.path)) return false;
    auto const parts = base::split(out.path, '/');
    return std::none_of(parts.begin(), parts.end(), [](auto const& part) { return part == ".." || part == "."; });
}

void Session::dispatch()
{
    auto message = parser_->release();
    keep_alive_ = message.keep_alive();
    head_ = message.method() == http::verb::head;
    ServerRequest request;
    request.method = std::string(message.method_string());
    request.remote = remote_;
    if (!read_target({message.target().data(), message.target().size()}, request)) return refuse(400, "not a path");
    for (auto const& field : message) request.headers.emplace_back(field.name_string(), field.value());
    request.body = std::move(message.body());
    stream_.expires_never(); // a handler has its own deadlines
    busy_ = true;
    host_.busy(true);
    auto const taken = host_.handle(std::move(request), [self = shared_from_this()](ServerResponse response) {
        self->answer(std::move(response));
    });
    if (!taken) {
        keep_alive_ = false;
        answer({503, {{"Retry-After", "1"}}, R"({"status":503,"detail":"too many requests wait"})"});
    }
}

void Session::refuse(int status, std::string_view detail)
{
    keep_alive_ = false;
    std::string text = R"({"status":)" + std::to_string(status) + R"(,"detail":")" + std::string(detail) + "\"}";
    answer({status, {}, std::move(text), "application/problem+json"});
}

void Session::answer(ServerResponse response)
{
    if (host_.stopping()) keep_alive_ = false;
    stream_.expires_after(host_.options().write_timeout);
    if (response.cut_after || response.drip)
        write_cut(response);
    else
        write(std::move(response));
}

void Session::write(ServerResponse response)
{
    response_ = {};
    response_.version(version_ >= 11 ? 11 : 10);
    response_.result(static_cast<unsigned>(response.status));
    response_.set(http::field::content_type, response.content_type);
    for (auto const& [name, value] : response.headers) response_.insert(name, value);
    response_.keep_alive(keep_alive_);
    response_.body() = std::move(response.body);
    response_.prepare_payload();
    if (head_) {
        auto const size = response_.body().size();
        response_.body().clear();
        response_.content_length(size);
    }
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
        self->busy_ = self->busy_ && (self->host_.busy(false), false);
        if (error || !self->keep_alive_ || self->host_.stopping())
            self->close();
        else
            self->read_header();
    });
}

void Session::write_cut(ServerResponse const& response)
{
    cut_text_ = "HTTP/1.1 " + std::to_string(response.status) + " Cut\r\nContent-Type: " + response.content_type +
                "\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n";
    for (auto const& [name, value] : response.headers) cut_text_ += name + ": " + value + "\r\n";
    cut_text_ += "\r\n" + response.body.substr(0, response.cut_after.value_or(response.body.size()));
    if (response.drip) {
        drip_ = *response.drip;
        return write_drip(0, cut_text_.find("\r\n\r\n") + 4);
    }
    asio::async_write(stream_, asio::buffer(cut_text_), [self = shared_from_this()](beast::error_code, std::size_t) {
        self->busy_ = self->busy_ && (self->host_.busy(false), false);
        self->close();
    });
}

/// The head in one piece, then the body byte by byte.
void Session::write_drip(std::size_t from, std::size_t count)
{
    stream_.expires_after(host_.options().write_timeout);
    auto const next = from + count;
    asio::async_write(stream_, asio::buffer(cut_text_.data() + from, count),
                      [self = shared_from_this(), next](beast::error_code error, std::size_t) {
                          if (error || next >= self->cut_text_.size() || self->host_.stopping()) {
                              self->busy_ = self->busy_ && (self->host_.busy(false), false);
                              return self->close();
                          }
                          self->pause_.expires_after(self->drip_);
                          self->pause_.async_wait([self, next](beast::error_code stopped) {
                              if (!stopped) self->write_drip(next, 1);
                          });
                      });
}

void Session::close_when_idle()
{
    if (!busy_) close();
}

void Session::close()
{
    beast::error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    stream_.close();
}

} // namespace net
