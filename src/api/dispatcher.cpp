#include "api/dispatcher.h"

#include "accounts/accounts.h"
#include "api/encode.h"
#include "api/idempotency.h"
#include "api/problem.h"
#include "net/address.h"

namespace api {

Dispatcher::Dispatcher(Services& services, Authenticate authenticate, DispatcherOptions options,
                       std::span<Route const> routes)
    : services_(services), authenticate_(std::move(authenticate)), options_(std::move(options)), router_(routes),
      users_(options_.user_rate), addresses_(options_.address_rate)
{
}

bool Dispatcher::is_own_host(std::string_view host) const
{
    auto const colon = host.starts_with('[') ? host.find(':', host.find(']')) : host.find(':');
    auto const name = base::lower_ascii(host.substr(0, colon));
    if (name == "localhost" || net::parse_address(name.starts_with('[') ? name.substr(1, name.size() - 2) : name))
        return true; // a plain address can't be re-bound
    return std::ranges::find(options_.hosts, name) != options_.hosts.end();
}

static net::ServerResponse refuse(int status, std::string code, std::string detail, std::string const& request_id,
                                  std::string next_action = {})
{
    return problem_response(
        make_problem(status, std::move(code), std::move(detail), request_id, std::move(next_action)));
}

static net::ServerResponse too_many(base::Milliseconds wait, std::string const& request_id)
{
    auto problem = make_problem(429, "rate_limited", "too many requests", request_id, "ask again after Retry-After");
    problem.retry_after = static_cast<int>((wait.count() + 999) / 1000);
    return problem_response(problem);
}

static bool may(Access access, accounts::Principal const& principal)
{
    using accounts::Role;
    if (principal.kind == accounts::PrincipalKind::Service) return access == Access::Service;
    switch (access) {
    case Access::Service:
    case Access::Admin: return principal.role == Role::Admin;
    case Access::Creator: return principal.role >= Role::Creator;
    default: return true;
    }
}

/// Who asks, and whether they may; a response where they may not.
static std::optional<net::ServerResponse> admit(Route const& route, Call& call, Authenticate const& authenticate,
                                                accounts::Accounts& accounts)
{
    auto const header = call.request.header("Authorization");
    auto const is_bearer = header.size() > 7 && base::lower_ascii(header.substr(0, 7)) == "bearer ";
    if (is_bearer && authenticate) call.principal = authenticate(base::trim(header.substr(7)));
    if (auto const link = call.request.parameter("link"); route.by_link && header.empty() && !link.empty()) {
        call.principal = accounts.open_link(link, call.request.path);
        call.by_link = true;
    }
    if (route.access == Access::Public) {
        if (call.principal && accounts.second_factor_due(*call.principal)) call.principal.reset(); // as a stranger
        return std::nullopt;
    }
    if (!call.principal)
        return refuse(401, "unauthorized",
                      header.empty() ? "nobody is signed in" : "this token is not valid, or no longer", call.request_id,
                      "sign in at POST /api/v1/auth/login, or send Authorization: Bearer TOKEN");
    if (!may(route.access, *call.principal))
        return refuse(403, "forbidden",
                      fmt::format("{} {} is for {}, and {} is {}", route.method, route.path,
                                  base::enum_text(route.access), call.principal->name,
                                  call.principal->kind == accounts::PrincipalKind::Service
                                      ? "the machines' own token"
                                      : base::enum_text(call.principal->role)),
                      call.request_id, "ask an administrator for the role");
    if (route.needs_second_factor && accounts.second_factor_due(*call.principal))
        return refuse(403, "second_factor_due",
                      fmt::format("{} must have a second factor before anything else", call.principal->name),
                      call.request_id, "set one up: POST /api/v1/auth/totp, then POST /api/v1/auth/totp/confirm");
    if (!accounts::has_scope(*call.principal, route.scope()))
        return refuse(403, "forbidden", fmt::format("this token lacks the scope {}", route.scope()), call.request_id,
                      "make a token with that scope");
    return std::nullopt;
}

net::ServerResponse Dispatcher::run(Route const& route, Call const& call)
{
    if (route.method != "POST" || call.key().empty() || !call.principal) return route.handle(services_, call);
    Idempotency idempotency(services_.database, services_.clock);
    return idempotency.once({call.owner(), std::string(call.key()), route.keeps_answer}, call.request,
                            [&] { return route.handle(services_, call); });
}

/// Everything before the handler: host, rate, route, caller, role. A response where it ends there.
std::optional<net::ServerResponse> Dispatcher::prepare(Call& call, Route const*& route)
{
    auto const& request = call.request;
    if (!is_own_host(request.header("Host")))
        return refuse(
            421, "misdirected",
            fmt::format("'{}' is not a name of this server", base::truncate_utf8(request.header("Host"), 200)),
            call.request_id, "use its address, or add the name to the setting server.hosts");
    auto const now = services_.clock.now();
    if (auto const wait = addresses_.take(request.remote, now); wait.count() > 0)
        return too_many(wait, call.request_id);
    if (auto asked = preflight(request, options_.security)) return asked;
    if (auto const why = cross_site_refusal(request, options_.security))
        return refuse(403, "forbidden", *why, call.request_id, "add its origin to the setting server.cors_origins");
    auto match = router_.find(request.method, request.path);
    if (!match.route && match.allowed.empty())
        return refuse(404, "not_found", fmt::format("there is nothing at {}", base::truncate_utf8(request.path, 200)),
                      call.request_id, "GET /api/v1/openapi.json lists what there is");
    if (!match.route) {
        auto response =
            refuse(405, "method_not_allowed",
                   fmt::format("{} takes {}", base::truncate_utf8(request.path, 200), match.allowed), call.request_id);
        response.headers.emplace_back("Allow", match.allowed);
        return response;
    }
    call.path = std::move(match.path);
    if (auto refused = admit(*match.route, call, authenticate_, services_.accounts)) return refused;
    if (call.principal)
        if (auto const wait = users_.take(call.principal->user_id, now); wait.count() > 0)
            return too_many(wait, call.request_id);
    route = match.route;
    return std::nullopt;
}

/// Runs it; whatever it raises becomes a problem.
template <class Work>
net::ServerResponse Dispatcher::guarded(net::ServerRequest const& request, std::string const& request_id, Work work)
{
    try {
        return work();
    } catch (ProblemError const& error) {
        auto response = problem_response(error.problem);
        response.headers.insert(response.headers.end(), error.headers.begin(), error.headers.end());
        return response;
    } catch (base::Error const& error) {
        return problem_response(problem_of(error, request_id));
    } catch (std::exception const& error) {
        services_.log.error("request.failed",
                            {{"request_id", request_id}, {"path", request.path}, {"error", std::string(error.what())}});
        return refuse(500, "internal", "something went wrong here; the log has more under this request_id", request_id);
    }
}

/// What every answer carries, and its line in the log.
void Dispatcher::complete(Call const& call, net::ServerResponse& response, std::chrono::steady_clock::time_point begin)
{
    add_etag(call.request, response);
    compress(call.request, response);
    response.headers.emplace_back("X-Request-Id", call.request_id);
    add_security_headers(call.request, response, options_.security);
    std::chrono::duration<double, std::milli> const took = std::chrono::steady_clock::now() - begin;
    services_.log.info("request.served", {{"request_id", call.request_id},
                                          {"method", call.request.method},
                                          {"path", call.request.path},
                                          {"status", static_cast<std::int64_t>(response.status)},
                                          {"user_id", call.principal ? call.principal->user_id : ""},
                                          {"remote", call.request.remote},
                                          {"took_ms", took.count()}});
}

net::ServerResponse Dispatcher::operator()(net::ServerRequest const& request)
{
    auto const request_id = services_.ids.next();
    auto const begin = std::chrono::steady_clock::now();
    Call call{request, request_id, {}};
    auto response = guarded(request, request_id, [&] {
        Route const* route = nullptr;
        if (auto refused = prepare(call, route)) return std::move(*refused);
        auto answer = run(*route, call);
        if (!route->deprecated.empty()) add_deprecation(answer, route->deprecated, route->sunset);
        return answer;
    });
    complete(call, response, begin);
    return response;
}

/// A body on its way to a route, held to the same doors as a request that came whole.
class Dispatcher::Streamed : public net::BodySink {
public:
    Streamed(Dispatcher& dispatcher, net::ServerRequest head)
        : dispatcher_(dispatcher), head_(std::move(head)), request_id_(dispatcher.services_.ids.next()),
          begin_(std::chrono::steady_clock::now()), call_{head_, request_id_, {}}
    {
    }
    /// The refusal, or nothing where the route takes pieces (then there is a sink) or doesn't.
    std::optional<net::ServerResponse> open()
    {
        std::optional<net::ServerResponse> refused;
        auto response = dispatcher_.guarded(head_, request_id_, [&] {
            Route const* route = nullptr;
            refused = dispatcher_.prepare(call_, route);
            if (refused) return std::move(*refused);
            if (route->receive) sink_ = route->receive(dispatcher_.services_, call_);
            return net::ServerResponse();
        });
        if (response.status == 200) return std::nullopt;
        dispatcher_.complete(call_, response, begin_);
        return response;
    }
    bool has_sink() const { return sink_ != nullptr; }

    bool take(std::string_view bytes, std::stop_token const& stop) override
    {
        auto go_on = false;
        auto response = dispatcher_.guarded(head_, request_id_, [&] {
            go_on = sink_->take(bytes, stop);
            return net::ServerResponse();
        });
        if (response.status != 200) failure_ = std::move(response);
        return go_on;
    }
    net::ServerResponse finish(bool whole, std::stop_token const& stop) override
    {
        auto response = failure_ ? std::move(*failure_)
                                 : dispatcher_.guarded(head_, request_id_, [&] { return sink_->finish(whole, stop); });
        dispatcher_.complete(call_, response, begin_);
        return response;
    }
    void lost() override
    {
        dispatcher_.guarded(head_, request_id_, [&] {
            sink_->lost();
            return net::ServerResponse();
        });
    }

private:
    Dispatcher& dispatcher_;
    net::ServerRequest head_;
    std::string request_id_;
    std::chrono::steady_clock::time_point begin_;
    Call call_;
    std::unique_ptr<net::BodySink> sink_;
    std::optional<net::ServerResponse> failure_;
};

net::BodyDecision Dispatcher::receive(net::ServerRequest const& head)
{
    auto const streamed = std::make_shared<Streamed>(*this, head);
    if (auto refused = streamed->open()) return {.refusal = std::move(refused)};
    if (!streamed->has_sink()) return {};
    return {.sink = streamed};
}

std::optional<net::ServerResponse> Dispatcher::quick(net::ServerRequest const& request)
{
    if (request.path != "/healthz" || !request.query.empty() || (request.method != "GET" && request.method != "HEAD"))
        return std::nullopt;
    net::ServerResponse response{
        200, {{"Cache-Control", "no-store"}, {"X-Request-Id", services_.ids.next()}}, R"({"status":"ok"})"};
    add_security_headers(request, response, options_.security);
    return response;
}

} // namespace api
