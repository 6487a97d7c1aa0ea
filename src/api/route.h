#pragma once
#include "api/call.h"
#include "api/parameters.h"
#include "api/schema.h"
#include "api/services.h"

#include <functional>
#include <span>

namespace api {

/// Who may use a route: everybody, the machines themselves (internal token), or users from a role on.
enum class Access { Public, Service, Viewer, Creator, Admin };
BOOST_DESCRIBE_ENUM(Access, Public, Service, Viewer, Creator, Admin)

/// For parameters or a body of which there are none.
struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

/// An answer with a status or headers of its own.
template <class T> struct Reply {
    T body;
    int status = 0; ///< 0: the route's own
    net::Headers headers = {};
};

/// What a route says of itself.
struct RouteInfo {
    std::string_view method; ///< "GET"
    std::string_view path;   ///< "/api/v1/jobs/{id}"
    Access access = Access::Viewer;
    std::string_view tag;            ///< the family it belongs to: "jobs"; scopes of API tokens follow: "jobs:read"
    std::string_view help;           ///< one sentence
    int status = 200;                ///< when all is well; 204 has no body
    std::string_view returns{};      ///< content type of an answer that is not JSON
    std::string_view takes{};        ///< content type of a body that is not JSON and is left to the handler
    bool by_link = false;            ///< a GET that also takes ?link= (POST /api/v1/links) for players of a browser
    bool needs_second_factor = true; ///< false: also for whoever must still set one up (accounts.require_totp)
    bool keeps_answer = true;      ///< false: the answer holds a secret and is not kept for a repeated Idempotency-Key
    std::string_view deprecated{}; ///< day since when, "2026-11-01"; answers then carry Deprecation and Sunset
    std::string_view sunset{};     ///< day on which it goes
    std::vector<int> problems{};   ///< statuses besides those that every route may answer: 409, 503 ...
};

/// One thing the server can do. From the records come dispatch, checks and the OpenAPI document.
struct Route : RouteInfo {
    /// Reads and checks what the caller sent, runs the handler, writes its answer.
    std::function<net::ServerResponse(Services&, Call const&)> handle;
    /// Takes a large body piece by piece; null: it is kept for `handle`. A small one always comes to `handle` whole.
    std::function<std::unique_ptr<net::BodySink>(Services&, Call const&)> receive;
    std::function<base::json::value(Schemas&)> parameters; ///< an object schema: path and query
    std::function<base::json::value(Schemas&)> body;       ///< empty: none
    std::function<base::json::value(Schemas&)> output;     ///< empty: not JSON, or nothing

    /// "jobs:read" for GET, "jobs:write" for all else.
    std::string scope() const { return std::string(tag) + (method == "GET" ? ":read" : ":write"); }
};

std::span<Route const> all_routes();

template <class T> net::ServerResponse json_response(T const& value, int status = 200)
{
    if (status == 204) return {.status = 204, .content_type = ""}; // there is nothing to say
    return {.status = status, .body = base::to_json(value)};
}

namespace detail {

template <class T> struct Answer {
    using Body = T;
    static net::ServerResponse write(T&& answer, int status) { return json_response(answer, status); }
};
template <class T> struct Answer<Reply<T>> {
    using Body = T;
    static net::ServerResponse write(Reply<T>&& answer, int status)
    {
        auto response = json_response(answer.body, answer.status != 0 ? answer.status : status);
        response.headers = std::move(answer.headers);
        return response;
    }
};
template <> struct Answer<net::ServerResponse> {
    using Body = void;
    static net::ServerResponse write(net::ServerResponse&& answer, int) { return std::move(answer); }
};

template <class Parameters> Parameters read_parameters(Call const& call)
{
    static Schemas schemas;
    static auto const schema = schemas.of<Parameters>(Direction::Input);
    auto const given = parameters_of<Parameters>(call);
    check_schema(given, schema, schemas.components());
    return base::from_json<Parameters>(given);
}

template <class Body> Body read_body(Call const& call)
{
    static Schemas schemas;
    static auto const schema = schemas.of<Body>(Direction::Input);
    auto const given = call.json_body();
    check_schema(given, schema, schemas.components());
    return base::from_json<Body>(given);
}

template <class Parameters, class Output> void describe(Route& route)
{
    route.parameters = [](Schemas& schemas) { return inline_schema<Parameters>(schemas); };
    using Shown = typename Answer<Output>::Body;
    if constexpr (!std::is_void_v<Shown> && !std::is_same_v<Shown, Nothing>)
        route.output = [](Schemas& schemas) { return schemas.of<Shown>(Direction::Output); };
}

} // namespace detail

/// A route without a body: handler(services, call, parameters).
template <class Parameters, class Output>
Route route(RouteInfo info, Output (*handler)(Services&, Call const&, Parameters const&))
{
    Route out{std::move(info)};
    detail::describe<Parameters, Output>(out);
    out.handle = [handler, status = out.status](Services& services, Call const& call) {
        auto const parameters = detail::read_parameters<Parameters>(call);
        return detail::Answer<Output>::write(handler(services, call, parameters), status);
    };
    return out;
}

/// A route that takes a body: handler(services, call, parameters, body).
template <class Parameters, class Body, class Output>
Route route(RouteInfo info, Output (*handler)(Services&, Call const&, Parameters const&, Body const&))
{
    Route out{std::move(info)};
    detail::describe<Parameters, Output>(out);
    out.body = [](Schemas& schemas) { return schemas.of<Body>(Direction::Input); };
    out.handle = [handler, status = out.status](Services& services, Call const& call) {
        auto const parameters = detail::read_parameters<Parameters>(call);
        auto const body = detail::read_body<Body>(call);
        return detail::Answer<Output>::write(handler(services, call, parameters, body), status);
    };
    return out;
}

/// The parameter of every route about one thing.
struct ById {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(ById, (), (id))
inline std::vector<FieldRule> rules_of(ById const*)
{
    return {{.name = "id", .help = "Its id.", .required = true, .length_min = 1, .length_max = 200}};
}

/// A page of a list: "items" and where the next page begins.
template <class T> struct Page {
    std::vector<T> items;
    std::optional<std::string> next_cursor; ///< for ?cursor=; null after the last page
    BOOST_DESCRIBE_CLASS(Page, (), (items, next_cursor), (), ())
};

} // namespace api
