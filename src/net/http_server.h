#pragma once
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "net/http.h"

#include <functional>
#include <memory>
#include <string>

namespace net {

class WebSocketHandler;

/// A request that arrived whole and well-formed.
struct ServerRequest {
    std::string method; ///< upper case as sent
    std::string path;   ///< decoded, begins with '/'; ".." and NUL never get this far
    std::vector<std::pair<std::string, std::string>> query; ///< decoded, in order
    Headers headers;
    std::string body;
    std::string remote;  ///< address of the client: the peer, or whom a trusted proxy names
    bool secure = false; ///< over TLS: our own, or a trusted proxy's
    std::string_view header(std::string_view name) const { return find_header(headers, name); }
    /// The first parameter of that name; "" where there is none.
    std::string_view parameter(std::string_view name) const;
};

/// A part of an open file that goes out as it is, by sendfile where there is no TLS.
struct FileBody {
    std::shared_ptr<base::Fd const> file;
    std::uint64_t offset = 0;
    std::uint64_t count = 0; ///< must lie in the file; one that shrinks meanwhile ends the connection
};

struct ServerResponse {
    int status = 200;
    Headers headers = {};
    std::string body = {};
    std::string content_type = "application/json"; ///< "" sends none
    /// For simulators: close after this many bytes of the body, although Content-Length promised all of it.
    std::optional<std::size_t> cut_after = std::nullopt;
    /// For simulators: the body goes out byte by byte, with this pause before each.
    std::optional<base::Milliseconds> drip = std::nullopt;
    /// Sent in place of body.
    std::optional<FileBody> file = std::nullopt;
    /// The connection becomes a WebSocket with this handler, where the request asks for one (else: 426). A status that
    /// is not 200 is an ordinary refusal; headers go with the 101.
    std::shared_ptr<WebSocketHandler> upgrade = nullptr;
};

/// Takes a body while it arrives. One call at a time, on the handler pool; the connection isn't read meanwhile, so that
/// a slow sink slows its sender down.
class BodySink {
public:
    virtual ~BodySink() = default;
    /// The next piece, at most stream_piece_bytes. False: enough, finish() is called next with what came so far.
    virtual bool take(std::string_view bytes, std::stop_token const& stop) = 0;
    /// The answer; `whole` is false after a take() that said so. Not called for a body that broke off: see lost().
    virtual ServerResponse finish(bool whole, std::stop_token const& stop) = 0;
    /// The sender left, or was too slow: nothing more comes.
    virtual void lost() {}
};

/// What becomes of a body that is announced: a refusal, a sink, or (neither) it is kept in memory for the handler.
struct BodyDecision {
    std::optional<ServerResponse> refusal = std::nullopt;
    std::shared_ptr<BodySink> sink = nullptr;
};

/// How a trusted proxy names the client. One of the two: the other would pass through as the client wrote it.
enum class ProxyHeader { XForwarded, Forwarded };
BOOST_DESCRIBE_ENUM(ProxyHeader, XForwarded, Forwarded)

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; ///< 0 = any free one
    int handler_threads = 4;
    std::size_t waiting_max = 256; ///< requests waiting for a handler; more are answered 503
    int connections_max = 512;
    std::size_t header_bytes_max = 16U << 10U;
    std::size_t body_bytes_max = 1U << 20U;
    base::Milliseconds idle_timeout{15'000};  ///< between requests, and for a whole header
    base::Milliseconds write_timeout{30'000}; ///< in each, the peer takes rate_bytes_min of an answer
    base::Milliseconds stop_grace{2'000};     ///< for answers under way when it stops

    int network_threads = 1;
    int header_fields_max = 100;
    std::size_t target_bytes_max = 8U << 10U;
    std::size_t memory_for_bodies_max = 64U << 20U; ///< of all connections together; 503 above
    std::size_t small_body_bytes_max = 64U << 10U;  ///< accept_body isn't asked about these
    std::size_t stream_piece_bytes = 256U << 10U;   ///< what a BodySink gets at most at once
    base::Milliseconds rate_window{15'000};         ///< bodies, both ways, move at least rate_bytes_min in each
    std::size_t rate_bytes_min = 15U << 10U;        ///< 1 KiB a second
    std::vector<std::string> trusted_proxies = {};  ///< addresses or blocks ("10.0.0.0/8") whose ProxyHeader counts
    ProxyHeader proxy_header = ProxyHeader::XForwarded;
    std::string certificate_file = {}; ///< PEM chain; with it the server speaks TLS alone. Looked at again every second
    std::string key_file = {};
    base::Log* log = nullptr; ///< told of certificates that cannot be loaded; may be null

    /// Asked on the handler pool before a body that is not small, or of unknown length, is read. Null: all are kept.
    std::function<BodyDecision(ServerRequest const& head)> accept_body = nullptr;
    /// Asked first, on the network thread, so it must not wait for anything. Nothing: the handler is called.
    std::function<std::optional<ServerResponse>(ServerRequest const& request)> quick = nullptr;
    /// Told of each answer as it begins, refusals among them, on the network thread. The method is "" where it could
    /// not be read; `took` counts from the end of the request.
    std::function<void(std::string_view method, int status, std::chrono::duration<double> took)> answered = nullptr;
};

/// A strict HTTP/1.1 server: few network threads that never block, handlers on a bounded pool. An exception of the
/// handler is answered 500. HEAD reaches the handler as it is; its body is never sent. Routes and 404 are the handler's
/// business. What could be read in two ways is refused with 400 and the connection closed.
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
    /// Open connections, WebSockets among them.
    std::size_t connections() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace net
