#include "api/route.h"

#include <array>
#include <charconv>
#include <optional>

namespace api {

int Call::integer(std::string_view name, int otherwise, int min, int max) const
{
    auto const text = request.parameter(name);
    if (text.empty()) return otherwise;
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max)
        base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is not a whole number in [{}, {}]", name, text, min, max);
    return value;
}

static int status_of(base::ErrorCode code)
{
    switch (code) {
    case base::ErrorCode::InvalidInput: return 422;
    case base::ErrorCode::NotFound: return 404;
    case base::ErrorCode::Forbidden: return 403;
    case base::ErrorCode::Conflict: return 409;
    case base::ErrorCode::Unavailable: return 503;
    case base::ErrorCode::RateLimited: return 429;
    case base::ErrorCode::Timeout: return 504;
    case base::ErrorCode::Upstream: return 502;
    default: return 500;
    }
}

static std::string_view title_of(int status)
{
    switch (status) {
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 503: return "Service Unavailable";
    default: return status >= 500 ? "Server Error" : "Request Failed";
    }
}

net::ServerResponse problem(int status, std::string_view code, std::string_view detail, std::string_view request_id,
                            std::string_view next_action)
{
    base::json::object body{{"type", "about:blank"}, {"title", title_of(status)}, {"status", status},
                            {"code", code},          {"detail", detail},          {"request_id", request_id}};
    if (!next_action.empty()) body["next_action"] = next_action;
    return {.status = status, .body = base::json::serialize(body), .content_type = "application/problem+json"};
}

/// The values of {names} where the path has the route's shape.
static std::optional<std::map<std::string, std::string, std::less<>>> match(std::string_view pattern,
                                                                            std::string_view path)
{
    auto const wanted = base::split(pattern, '/');
    auto const given = base::split(path, '/');
    if (wanted.size() != given.size()) return std::nullopt;
    std::map<std::string, std::string, std::less<>> values;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{') && !given[i].empty())
            values[wanted[i].substr(1, wanted[i].size() - 2)] = given[i];
        else if (wanted[i] != given[i])
            return std::nullopt;
    }
    return values;
}

static bool is_local(std::string_view host)
{
    auto const colon = host.starts_with('[') ? host.find(':', host.find(']')) : host.find(':');
    auto const name = base::lower_ascii(host.substr(0, colon));
    static constexpr std::array<std::string_view, 3> names{"localhost", "127.0.0.1", "[::1]"};
    return std::ranges::find(names, name) != names.end();
}

net::ServerResponse Dispatcher::dispatch(net::ServerRequest const& request, std::string const& request_id)
{
    if (!is_local(request.header("Host")))
        return problem(421, "misdirected", fmt::format("'{}' is not a name of this server", request.header("Host")),
                       request_id, "use http://127.0.0.1");
    std::string allowed;
    for (auto const& route : all_routes()) {
        auto const values = match(route.path, request.path);
        if (!values) continue;
        if (route.method == request.method || (route.method == "GET" && request.method == "HEAD"))
            return route.handle(services_, {request, *values});
        allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
    }
    if (allowed.empty())
        return problem(404, "not_found", fmt::format("there is nothing at {}", request.path), request_id);
    auto response = problem(405, "method_not_allowed", fmt::format("{} takes {}", request.path, allowed), request_id);
    response.headers.emplace_back("Allow", allowed);
    return response;
}

net::ServerResponse Dispatcher::operator()(net::ServerRequest const& request)
{
    auto const request_id = ids_.next();
    net::ServerResponse response;
    try {
        response = dispatch(request, request_id);
    } catch (base::Error const& error) {
        response = problem(status_of(error.code), base::name(error.code), error.what(), request_id, error.next_action);
    } catch (std::exception const& error) {
        log_.error("request.failed",
                   {{"request_id", request_id}, {"path", request.path}, {"error", std::string(error.what())}});
        response =
            problem(500, "internal", "something went wrong here; the log has more under this request_id", request_id);
    }
    response.headers.emplace_back("X-Request-Id", request_id);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    log_.info("request.served", {{"request_id", request_id},
                                 {"method", request.method},
                                 {"path", request.path},
                                 {"status", static_cast<std::int64_t>(response.status)}});
    return response;
}

} // namespace api
