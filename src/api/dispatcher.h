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

private:
    net::ServerResponse dispatch(net::ServerRequest const& request, std::string const& request_id,
                                 std::string& user_id);
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
