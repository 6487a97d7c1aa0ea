#pragma once
#include "accounts/principal.h"
#include "base/error.h"
#include "net/http_server.h"

#include <map>

namespace api {

/// One request on its way through a route.
struct Call {
    net::ServerRequest const& request;
    std::string const& request_id;
    std::map<std::string, std::string, std::less<>> path;        ///< {id} -> its value
    std::optional<accounts::Principal> principal = std::nullopt; ///< none: a public route

    bool by_link = false; ///< let in by the parameter `link`

    /// Whose rows these are. A route with a role always has one.
    std::string const& owner() const;
    /// The Idempotency-Key, "" where none was sent.
    std::string_view key() const { return request.header("Idempotency-Key"); }
    /// The same for a job that the route makes: a repeated request finds the job of the first one, also after a crash.
    std::optional<std::string> job_key() const;
    /// The body parsed; InvalidInput where it is not JSON, or is sent as something else.
    base::json::value json_body() const;
};

} // namespace api
