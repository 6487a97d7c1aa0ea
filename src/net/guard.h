#pragma once
#include "net/http.h"

namespace net {

/// Why a host name is refused before anybody resolves it ("localhost" and other names of this machine or network);
/// empty where it may be asked for.
std::string_view refused_name(std::string_view host);

/// Where a request may connect to.
struct Route {
    Url url;
    std::vector<Address> addresses; ///< every one was checked where the route is guarded
    bool guarded = true;
    bool exempt = false; ///< guarded, but the operator vouches for the origin: its own addresses only
};

/// Resolves and checks: every address of the name must pass, one bad one refuses it. Forbidden names the host and why.
/// An exempt origin is resolved but not checked.
Route guarded_route(Url const& url, ClientOptions const& options, base::Milliseconds timeout,
                    std::stop_token const& stop);
/// Resolves without a check, for what the operator decided.
Route open_route(Url const& url, ClientOptions const& options, base::Milliseconds timeout, std::stop_token const& stop);

} // namespace net
