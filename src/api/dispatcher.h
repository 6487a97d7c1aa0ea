#pragma once
#include "api/rate_limit.h"
#include "api/router.h"
#include "api/security.h"

namespace api {

struct DispatcherOptions {
    /// Names under which the server is reached, besides this machine's own and plain addresses: a page in a browser
    /// must not reach the server by re-binding a name of its own.
    std::vector<std::string> hosts = {};
    RateLimit::Rate user_rate = {};
    RateLimit::Rate address_rate = {};
    SecurityOptions security = {};
};

/// Who somebody is, by what they sent after "Bearer "; nothing where it is not valid.
using Authenticate = std::function<std::optional<accounts::Principal>(std::string_view bearer)>;

/// A request on its way: host, rate, route, caller, role, idempotency, handler; errors become problems. Thread-safe.
class Dispatcher {
public:
    Dispatcher(Services& services, Authenticate authenticate, DispatcherOptions options = {},
               std::span<Route const> routes = all_routes());
    net::ServerResponse operator()(net::ServerRequest const& request);
    /// What becomes of a large body: refused by the same doors, taken in pieces by a route's `receive`, or kept.
    net::BodyDecision receive(net::ServerRequest const& head);
    /// What needs nothing but memory, for the network thread, and no line in the log: /healthz.
    std::optional<net::ServerResponse> quick(net::ServerRequest const& request);

private:
    class Streamed;
    std::optional<net::ServerResponse> prepare(Call& call, Route const*& route);
    template <class Work>
    net::ServerResponse guarded(net::ServerRequest const& request, std::string const& request_id, Work work);
    void complete(Call const& call, net::ServerResponse& response, std::chrono::steady_clock::time_point begin);
    net::ServerResponse run(Route const& route, Call const& call);
    bool is_own_host(std::string_view host) const;

    Services& services_;
    Authenticate authenticate_;
    DispatcherOptions options_;
    Router router_;
    RateLimit users_;
    RateLimit addresses_;
};

} // namespace api
