#pragma once
#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "net/http_server.h"
#include "store/database.h"

#include <map>
#include <span>
#include <stop_token>

namespace api {

enum class Role { Public, Viewer, Creator, Admin };
BOOST_DESCRIBE_ENUM(Role, Public, Viewer, Creator, Admin)

/// What routes may use; built once, in app.
struct Services {
    store::Database& database;
    base::Clock const& clock;
    std::filesystem::path data;
    std::string owner; ///< whose rows are shown; accounts will decide it for each caller
};

struct Call {
    net::ServerRequest const& request;
    std::map<std::string, std::string, std::less<>> const& path; ///< {id} -> its value
    /// A whole number from the query; InvalidInput names the parameter and its limits.
    int integer(std::string_view name, int otherwise, int min, int max) const;
    std::string text(std::string_view name) const { return std::string(request.parameter(name)); }
};

/// One thing the server can do. From the records come dispatch and, later, the OpenAPI document.
struct Route {
    std::string_view method; ///< "GET"
    std::string_view path;   ///< "/api/v1/jobs/{id}"
    Role role;
    std::string_view help;
    net::ServerResponse (*handle)(Services&, Call const&);
};

std::span<Route const> all_routes();

template <class T> net::ServerResponse json_response(T const& value, int status = 200)
{
    return {.status = status, .headers = {{"Cache-Control", "no-store"}}, .body = base::to_json(value)};
}

/// RFC 9457.
net::ServerResponse problem(int status, std::string_view code, std::string_view detail, std::string_view request_id,
                            std::string_view next_action = {});

/// Finds the route, runs it, turns errors into problems. Requests whose Host is not this machine's are refused: a page
/// in a browser must not reach the server by re-binding a name to loopback.
class Dispatcher {
public:
    Dispatcher(Services services, base::Ids& ids, base::Log& log) : services_(std::move(services)), ids_(ids), log_(log)
    {
    }
    net::ServerResponse operator()(net::ServerRequest const& request);

private:
    net::ServerResponse dispatch(net::ServerRequest const& request, std::string const& request_id);

    Services services_;
    base::Ids& ids_;
    base::Log& log_;
};

} // namespace api
