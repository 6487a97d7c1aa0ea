#pragma once
#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "net/address.h"
#include "net/url.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace net {

using Headers = std::vector<std::pair<std::string, std::string>>;
/// The first header of that name, in any case; "" where there is none.
std::string_view find_header(Headers const& headers, std::string_view name);

/// Who decided where a request goes. The two kinds never share a connection.
enum class Trust {
    Guarded, ///< users, candidates, feeds, redirects: never reaches a private, loopback, link-local or metadata address
    Operator, ///< endpoints of the catalog or set by the operator: may be anywhere. A redirect to another origin is
              ///< Guarded
};

/// One call. Time limits are named; the total one spans redirects, waits and further attempts.
struct Request {
    std::string url;
    Trust trust = Trust::Guarded;
    std::string method = "GET";
    Headers headers = {};
    std::string body = {};
    base::Milliseconds connect_timeout{5'000};
    base::Milliseconds total_timeout{30'000};
    base::Milliseconds stall_timeout{15'000}; ///< without a single byte; whole seconds
    std::size_t body_bytes_max = 8U << 20U;   ///< counted after decompression
    std::size_t header_bytes_max = 64U << 10U;
    int redirects_max = 5;
    int attempts_max = 3;                       ///< of idempotent methods; 1 = never again
    base::Milliseconds retry_after_max{10'000}; ///< a server that asks for a longer wait is not asked again
};

struct Response {
    int status = 0;
    Headers headers;
    std::string body;
    std::string url; ///< after redirects
    int redirects = 0;
    int attempts = 1;
    int connections_opened = 0; ///< 0 where a connection was used again
    std::string http_version;   ///< "1.1" or "2"
    base::Milliseconds took{0};
    bool ok() const { return status >= 200 && status < 300; }
    std::string_view header(std::string_view name) const { return find_header(headers, name); }
    /// What Retry-After asks for; seconds and HTTP dates.
    std::optional<base::Milliseconds> retry_after(base::Time now) const;
};

/// What became of one request of several.
struct Outcome {
    std::optional<Response> response;
    std::optional<base::Error> error;
};

/// Finds the addresses of a host name; an empty answer means that there is none.
using Resolver = std::function<std::vector<Address>(std::string const& host, base::Milliseconds timeout,
                                                    std::stop_token const& stop)>;
/// The system's own resolver, given up on (not waited for) after the timeout.
std::vector<Address> system_resolver(std::string const& host, base::Milliseconds timeout, std::stop_token const& stop);

/// How a client behaves for every request.
struct ClientOptions {
    std::string user_agent = "ettametta/0.1";
    std::string proxy = {};   ///< http:// or https://; the proxy variables of the environment are never read
    std::string ca_file = {}; ///< instead of the system's certificates
    int connections_per_host_max = 6;
    int connections_max = 64;
    int fan_out_max = 16;           ///< requests of one send_all in flight together
    std::size_t waiting_max = 1024; ///< transfers in one lane
    base::Milliseconds backoff_first{500};
    Resolver resolver = system_resolver;
    /// Exact origins ("http://127.0.0.1:8080") that Guarded requests may reach although their address is refused.
    /// For tests, and for an operator who publishes feeds on this machine. A redirect's target is not among them.
    std::vector<std::string> guard_exempt_origins = {};
};

/// HTTP/1.1 and HTTP/2 with TLS always verified. Thread-safe; calls block; one network thread per Trust.
class HttpClient {
public:
    HttpClient(ClientOptions options, base::Clock const& clock, base::Random& random);
    ~HttpClient();
    HttpClient(HttpClient const&) = delete;
    HttpClient& operator=(HttpClient const&) = delete;

    /// Any status is a Response. Errors: InvalidInput (the URL), Forbidden (the guard), Timeout, Cancelled, Upstream.
    Response send(Request const& request, std::stop_token const& stop = {});
    /// All at once, each may fail alone; the order of the answers is that of the requests.
    std::vector<Outcome> send_all(std::vector<Request> const& requests, std::stop_token const& stop = {});
    /// As send, one attempt; the body of a 2xx answer goes to the sink in pieces, on the calling thread.
    /// An error raised by the sink or by `on_start` (called once with status and headers) ends the transfer.
    using Sink = std::function<void(std::string_view bytes)>;
    using OnStart = std::function<void(Response const& response)>;
    Response stream(Request const& request, OnStart const& on_start, Sink const& sink,
                    std::stop_token const& stop = {});

    base::Clock const& clock() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace net
