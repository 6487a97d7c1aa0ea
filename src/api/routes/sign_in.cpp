#include "accounts/accounts.h"
#include "api/problem.h"
#include "api/route.h"
#include "api/security.h"

namespace api::routes {

/// What a client that signed in gets; the refresh token goes into a cookie.
struct SignedIn {
    std::string access_token;
    std::string token_type = "bearer";
    std::int64_t expires_in = 0; ///< seconds
};
BOOST_DESCRIBE_STRUCT(SignedIn, (), (access_token, token_type, expires_in))
static std::vector<FieldRule> rules_of(SignedIn const*)
{
    return {{.name = "access_token", .help = "For the header Authorization: Bearer."},
            {.name = "token_type", .help = "Always bearer."},
            {.name = "expires_in", .help = "Seconds until it is over; then POST /auth/refresh gives the next one."}};
}

static accounts::Origin origin_of(Call const& call)
{
    return {call.request.remote, std::string(call.request.header("User-Agent")), call.request_id};
}

static Reply<SignedIn> signed_in(Call const& call, accounts::Issued const& issued)
{
    return {{issued.access_token, "bearer", issued.access_life.count() / 1000},
            0,
            {{"Set-Cookie", refresh_cookie(call.request, issued.refresh_token, issued.refresh_life)},
             {"Cache-Control", "no-store"}}};
}

static net::Headers without_cookie(Call const& call)
{
    return {{"Set-Cookie", refresh_cookie(call.request, "", base::Milliseconds(0))}, {"Cache-Control", "no-store"}};
}

struct Login {
    std::string username;
    std::string password;
    std::optional<std::string> code;
};
BOOST_DESCRIBE_STRUCT(Login, (), (username, password, code))
static std::vector<FieldRule> rules_of(Login const*)
{
    return {{.name = "username", .required = true, .length_max = 200, .example = R"("admin")"},
            {.name = "password",
             .required = true,
             .length_max = accounts::password_bytes_max,
             .format = "password",
             .example = R"("correct horse battery")"},
            {.name = "code",
             .help = "Of the authenticator, or a recovery code; needed where the second factor is on.",
             .length_max = 64,
             .format = "password",
             .example = R"("123456")"}};
}

static Reply<SignedIn> login(Services& services, Call const& call, Nothing const&, Login const& body)
{
    auto const result =
        services.accounts.sessions().sign_in(origin_of(call), {body.username, body.password, body.code.value_or("")});
    switch (result.outcome) {
    case accounts::SignIn::Done:
        services.accounts.sessions().sign_out(origin_of(call), refresh_token_of(call.request)); // the one before it
        return signed_in(call, *result.issued);
    case accounts::SignIn::CodeNeeded:
        throw ProblemError(make_problem(401, "second_factor_required", "a code of the second factor is needed too",
                                        call.request_id, "send it as \"code\""));
    case accounts::SignIn::Wait: {
        auto problem = make_problem(429, "rate_limited", "too many attempts failed", call.request_id,
                                    "try again after Retry-After");
        problem.retry_after = static_cast<int>((result.wait.count() + 999) / 1000);
        throw ProblemError(std::move(problem));
    }
    case accounts::SignIn::Refused: break;
    }
    throw ProblemError(make_problem(401, "unauthorized", "username, password or code is not right", call.request_id));
}

static Route log_in()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/login",
                  .access = Access::Public,
                  .tag = "auth",
                  .help = "Signs in. The refresh token goes into a cookie that scripts can't read.",
                  .keeps_answer = false,
                  .problems = {401, 403, 503}},
                 login);
}

static Reply<SignedIn> refresh(Services& services, Call const& call, Nothing const&, Nothing const&)
{
    auto const issued = services.accounts.sessions().refresh(origin_of(call), refresh_token_of(call.request));
    if (issued) return signed_in(call, *issued);
    ProblemError error(make_problem(401, "unauthorized", "the session is over", call.request_id, "sign in again"));
    error.headers = without_cookie(call);
    throw error;
}

static Route refresh_session()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/refresh",
                  .access = Access::Public,
                  .tag = "auth",
                  .help = "The next access token, by the cookie. Each refresh token is used once; one that is shown "
                          "again later ends its session.",
                  .keeps_answer = false,
                  .problems = {401, 403, 503}},
                 refresh);
}

static Reply<Nothing> logout(Services& services, Call const& call, Nothing const&, Nothing const&)
{
    services.accounts.sessions().sign_out(origin_of(call), refresh_token_of(call.request));
    auto const& who = call.principal;
    if (who && who->kind == accounts::PrincipalKind::Session && services.accounts.again(*who))
        services.accounts.sessions().revoke(accounts::Actor::of(*who, call.request.remote, call.request_id),
                                            who->user_id, who->session_id);
    return {{}, 204, without_cookie(call)};
}

static Route sign_out()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/logout",
                  .access = Access::Public,
                  .tag = "auth",
                  .help = "Ends the session of the cookie, and that of the access token where one is sent.",
                  .status = 204,
                  .problems = {403}},
                 logout);
}

/// Whoever asks.
struct Me {
    std::string user_id;
    std::string username;
    accounts::Role role = accounts::Role::Viewer;
    accounts::PrincipalKind kind = accounts::PrincipalKind::Session;
    std::string session_id;
    std::vector<std::string> scopes;
    bool second_factor = false;
    bool second_factor_due = false; ///< must be set up before anything else
    std::int64_t recovery_codes_left = 0;
    std::optional<base::Time> password_changed_at;
};
BOOST_DESCRIBE_STRUCT(Me, (),
                      (user_id, username, role, kind, session_id, scopes, second_factor, second_factor_due,
                       recovery_codes_left, password_changed_at))

static Me me(Services& services, Call const& call, Nothing const&)
{
    auto const& who = *call.principal;
    auto const user = services.accounts.users().get(who.user_id);
    return {who.user_id,
            who.name,
            who.role,
            who.kind,
            who.session_id,
            who.scopes,
            user.second_factor,
            services.accounts.second_factor_due(who),
            services.accounts.second_factor().codes_left(who.user_id),
            user.password_changed_at};
}

static Route get_me()
{
    return route({.method = "GET",
                  .path = "/api/v1/auth/me",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "Who asks, and what they may do.",
                  .needs_second_factor = false},
                 me);
}

struct SetupState {
    bool needed = false;
    std::string username; ///< of the first admin
};
BOOST_DESCRIBE_STRUCT(SetupState, (), (needed, username))

static SetupState setup_state(Services& services, Call const&, Nothing const&)
{
    auto& users = services.accounts.users();
    auto const needed = !users.has_admin();
    return {needed, needed ? users.root_user() : ""}; // who is there is told to nobody
}

static Route get_setup()
{
    return route({.method = "GET",
                  .path = "/api/v1/auth/setup",
                  .access = Access::Public,
                  .tag = "auth",
                  .help = "Whether the first admin is still to be made."},
                 setup_state);
}

struct Setup {
    std::string token;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(Setup, (), (token, password))
static std::vector<FieldRule> rules_of(Setup const*)
{
    return {{.name = "token",
             .help = "As the server prints it on its terminal while there is no admin.",
             .required = true,
             .length_max = 200,
             .format = "password"},
            {.name = "password",
             .required = true,
             .length_max = accounts::password_bytes_max,
             .format = "password",
             .example = R"("correct horse battery")"}};
}

static Reply<SignedIn> set_up(Services& services, Call const& call, Nothing const&, Setup const& body)
{
    return signed_in(call, services.accounts.set_up(origin_of(call), body.token, body.password));
}

static Route post_setup()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/setup",
                  .access = Access::Public,
                  .tag = "auth",
                  .help = "Makes the first admin and signs in.",
                  .keeps_answer = false,
                  .problems = {403, 409, 503}},
                 set_up);
}

struct Ticket {
    std::string ticket;
    std::int64_t expires_in = 0;
};
BOOST_DESCRIBE_STRUCT(Ticket, (), (ticket, expires_in))

static Reply<Ticket> make_ticket(Services& services, Call const& call, Nothing const&, Nothing const&)
{
    return {{services.accounts.make_ticket(*call.principal), accounts::ticket_life.count() / 1000},
            0,
            {{"Cache-Control", "no-store"}}};
}

static Route post_ticket()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/ticket",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "A ticket for one WebSocket, good once and for half a minute.",
                  .keeps_answer = false},
                 make_ticket);
}

std::vector<Route> sign_in()
{
    return {log_in(), refresh_session(), sign_out(), get_me(), get_setup(), post_setup(), post_ticket()};
}

} // namespace api::routes
