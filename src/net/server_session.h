#pragma once
#include "net/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <memory>
#include <optional>

namespace net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

/// What a session asks of its server; all of it on the network thread.
struct SessionHost {
    virtual ~SessionHost() = default;
    virtual ServerOptions const& options() const = 0;
    /// Runs the handler on the pool and brings the answer back to the network thread. False: no room.
    virtual bool handle(ServerRequest request, std::function<void(ServerResponse)> answered) = 0;
    virtual bool stopping() const = 0;
    virtual void busy(bool now) = 0;
    virtual void gone(class Session* session) = 0;
};

/// One connection, request after request. Lives as long as an operation of it is under way.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(asio::ip::tcp::socket socket, SessionHost& host);
    ~Session();
    void start() { read_header(); }
    /// Ends at once when no request is being answered, after the answer otherwise.
    void close_when_idle();
    void close();

private:
    using Parser = http::request_parser<http::string_body>;
    void read_header();
    void on_header(beast::error_code error);
    void on_read(beast::error_code error);
    void dispatch();
    void refuse(int status, std::string_view detail);
    void answer(ServerResponse response);
    void write(ServerResponse response);
    void write_cut(ServerResponse const& response);
    void write_drip(std::size_t from, std::size_t count);

    beast::tcp_stream stream_;
    SessionHost& host_;
    beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    http::response<http::string_body> response_;
    std::string cut_text_;
    asio::steady_timer pause_;
    base::Milliseconds drip_{0};
    std::string remote_;
    bool head_ = false;
    bool keep_alive_ = false;
    unsigned version_ = 11;
    bool busy_ = false;
};

} // namespace net
