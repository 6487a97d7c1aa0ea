#pragma once
#include "base/clock.h"
#include "net/http.h"

#include <functional>
#include <memory>
#include <string>

namespace net {

/// A request that arrived whole and well-formed.
struct ServerRequest {
    std::string method; ///< upper case as sent
    std::string path;   ///< decoded, begins with '/'; ".." and NUL never get this far
    std::vector<std::pair<std::string, std::string>> query; ///< decoded, in order
    Headers headers;
    std::string body;
    std::string remote; ///< address of the peer
    std::string_view header(std::string_view name) const { return find_header(headers, name); }
    /// The first parameter of that name; "" where there is none.
    std::string_view parameter(std::string_view name) const;
};

struct ServerResponse {
    int status = 200;
    Headers headers = {};
    std::string body = {};
    std::string content_type = "application/json";
    /// For simulators: close after this many bytes of the body, although Content-Length promised all of it.
    std::optional<std::size_t> cut_after = std::nullopt;
    /// For simulators: the body goes out byte by byte, with this pause before each.
    std::optional<base::Milliseconds> drip = std::nullopt;
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; ///< 0 = any free one
    int handler_threads = 4;
    std::size_t waiting_max = 256; ///< requests waiting for a handler; more are answered 503
    int connections_max = 512;
    std::size_t header_bytes_max = 16U << 10U;
    std::size_t body_bytes_max = 1U << 20U;
    base::Milliseconds idle_timeout{15'000}; ///< between requests and for a whole header and body
    base::Milliseconds write_timeout{30'000};
    base::Milliseconds stop_grace{2'000}; ///< for answers under way when it stops
};

/// A small HTTP/1.1 server: one network thread, handlers on a bounded pool. An exception of the handler is answered
/// 500. HEAD reaches the handler as it is; its body is never sent. Routes and 404 are the handler's business.
class HttpServer {
public:
    using Handler = std::function<ServerResponse(ServerRequest const& request, std::stop_token const& stop)>;
    /// Listens at once. Conflict where the address is taken, naming it.
    HttpServer(ServerOptions options, Handler handler);
    /// Stops: no new connections, answers under way get stop_grace.
    ~HttpServer();
    HttpServer(HttpServer const&) = delete;
    HttpServer& operator=(HttpServer const&) = delete;
    void stop();
    std::uint16_t port() const;
    /// "http://127.0.0.1:8080"
    std::string url() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace net
