#include "accounts/accounts.h"
#include "api/person.h"
#include "api/route.h"

namespace api::routes {

static net::Headers not_kept() { return {{"Cache-Control", "no-store"}}; }

static FieldRule password_rule(std::string_view name, std::string_view help)
{
    return {.name = name,
            .help = help,
            .required = true,
            .length_max = accounts::password_bytes_max,
            .format = "password",
            .example = R"("correct horse battery")"};
}

struct ChangePassword {
    std::string current;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(ChangePassword, (), (current, password))
static std::vector<FieldRule> rules_of(ChangePassword const*)
{
    return {password_rule("current", "The one that counts now."),
            password_rule("password", "12 to 128 characters, not one of the commonest.")};
}

static Reply<Nothing> change_password(Services& services, Call const& call, Nothing const&, ChangePassword const& body)
{
    auto const& who = require_person(call);
    services.accounts.users().change_password(actor_of(call), who.user_id, body.current, body.password, who.session_id);
    return {{}, 204};
}

static Route change_own_password()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/password",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "Changes the own password and ends all other sessions.",
                  .status = 204,
                  .needs_second_factor = false,
                  .keeps_answer = false},
                 change_password);
}

struct Proof {
    std::string password;
};
BOOST_DESCRIBE_STRUCT(Proof, (), (password))
static std::vector<FieldRule> rules_of(Proof const*) { return {password_rule("password", "The own password.")}; }

static void prove(Services& services, Call const& call, Proof const& proof)
{
    services.accounts.users().prove(actor_of(call), require_person(call).user_id, proof.password);
}

static Reply<accounts::TotpOffer> begin_second_factor(Services& services, Call const& call, Nothing const&,
                                                      Proof const& proof)
{
    prove(services, call, proof);
    return {services.accounts.second_factor().begin(actor_of(call), call.owner()), 0, not_kept()};
}

static Route begin_totp()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/totp",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "A secret for an authenticator. It counts once a code of it was confirmed.",
                  .needs_second_factor = false,
                  .keeps_answer = false,
                  .problems = {409}},
                 begin_second_factor);
}

struct Confirmation {
    std::string code;
};
BOOST_DESCRIBE_STRUCT(Confirmation, (), (code))
static std::vector<FieldRule> rules_of(Confirmation const*)
{
    return {{.name = "code", .required = true, .length_max = 64, .format = "password", .example = R"("123456")"}};
}
struct RecoveryCodes {
    std::vector<std::string> recovery_codes;
};
BOOST_DESCRIBE_STRUCT(RecoveryCodes, (), (recovery_codes))

static Reply<RecoveryCodes> confirm_second_factor(Services& services, Call const& call, Nothing const&,
                                                  Confirmation const& body)
{
    auto const& who = require_person(call);
    return {{services.accounts.second_factor().confirm(actor_of(call), who.user_id, body.code)}, 0, not_kept()};
}

static Route confirm_totp()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/totp/confirm",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "Turns the second factor on. The recovery codes are shown once.",
                  .needs_second_factor = false,
                  .keeps_answer = false,
                  .problems = {409}},
                 confirm_second_factor);
}

static Reply<RecoveryCodes> replace_codes(Services& services, Call const& call, Nothing const&, Proof const& proof)
{
    prove(services, call, proof);
    return {{services.accounts.second_factor().new_codes(actor_of(call), call.owner())}, 0, not_kept()};
}

static Route replace_recovery_codes()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/totp/codes",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "New recovery codes; those before are good no more.",
                  .keeps_answer = false,
                  .problems = {409}},
                 replace_codes);
}

static Reply<Nothing> end_second_factor(Services& services, Call const& call, Nothing const&, Proof const& proof)
{
    prove(services, call, proof);
    services.accounts.second_factor().end(actor_of(call), call.owner());
    return {{}, 204};
}

static Route disable_totp()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/totp/disable",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "Turns the second factor off.",
                  .status = 204,
                  .keeps_answer = false},
                 end_second_factor);
}

struct SessionList {
    std::vector<accounts::SessionView> items;
};
BOOST_DESCRIBE_STRUCT(SessionList, (), (items))

static SessionList own_sessions(Services& services, Call const& call, Nothing const&)
{
    return {services.accounts.sessions().list(*call.principal)};
}

static Route list_sessions()
{
    return route({.method = "GET",
                  .path = "/api/v1/auth/sessions",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "The own sessions that hold, newest first."},
                 own_sessions);
}

static Reply<Nothing> end_session(Services& services, Call const& call, ById const& parameters)
{
    auto const& who = require_person(call);
    services.accounts.sessions().revoke(actor_of(call), who.user_id, parameters.id);
    return {{}, 204};
}

static Route delete_session()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/auth/sessions/{id}",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "Ends one of the own sessions, at once.",
                  .status = 204},
                 end_session);
}

struct EndedSessions {
    std::int64_t ended = 0;
};
BOOST_DESCRIBE_STRUCT(EndedSessions, (), (ended))

static EndedSessions end_others(Services& services, Call const& call, Nothing const&)
{
    auto const& who = require_person(call);
    return {services.accounts.sessions().revoke_others(actor_of(call), who.user_id, who.session_id)};
}

static Route delete_other_sessions()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/auth/sessions",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "Ends all own sessions but the one that asks."},
                 end_others);
}

struct TokenList {
    std::vector<accounts::TokenView> items;
};
BOOST_DESCRIBE_STRUCT(TokenList, (), (items))

static TokenList own_tokens(Services& services, Call const& call, Nothing const&)
{
    return {services.accounts.tokens().list(call.owner())};
}

static Route list_tokens()
{
    return route({.method = "GET",
                  .path = "/api/v1/auth/tokens",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "The own API tokens, newest first; never their text."},
                 own_tokens);
}

struct CreateToken {
    std::string name;
    accounts::Role role = accounts::Role::Viewer;
    std::vector<std::string> scopes;
    std::optional<base::Time> expires_at;
};
BOOST_DESCRIBE_STRUCT(CreateToken, (), (name, role, scopes, expires_at))
static std::vector<FieldRule> rules_of(CreateToken const*)
{
    return {{.name = "name", .help = "What it is for.", .required = true, .length_min = 1, .length_max = 60},
            {.name = "role", .help = "No more than one's own."},
            {.name = "scopes",
             .help = "What it may do: \"*\", \"*:read\", \"jobs:*\", \"jobs:read\" ...",
             .required = true,
             .length_min = 1,
             .length_max = accounts::scopes_max,
             .example = R"(["jobs:read"])"},
            {.name = "expires_at", .help = "When it is over; null: never."}};
}

/// An API token; its text is shown this once.
struct CreatedToken : accounts::TokenView {
    std::string token;
};
BOOST_DESCRIBE_STRUCT(CreatedToken, (accounts::TokenView), (token))

static Reply<CreatedToken> create(Services& services, Call const& call, Nothing const&, CreateToken const& body)
{
    auto const& who = require_person(call);
    auto made = services.accounts.tokens().make(actor_of(call), who.user_id,
                                                {body.name, body.role, body.scopes, body.expires_at});
    return {{{std::move(made.view)}, std::move(made.token)}, 201, not_kept()};
}

static Route create_token()
{
    return route({.method = "POST",
                  .path = "/api/v1/auth/tokens",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "A token for a program. Its text is shown in this answer and never again.",
                  .status = 201,
                  .keeps_answer = false,
                  .problems = {409}},
                 create);
}

static Reply<Nothing> remove(Services& services, Call const& call, ById const& parameters)
{
    auto const& who = require_person(call);
    services.accounts.tokens().remove(actor_of(call), who.user_id, parameters.id);
    return {{}, 204};
}

static Route delete_token()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/auth/tokens/{id}",
                  .access = Access::Viewer,
                  .tag = "auth",
                  .help = "An API token opens nothing from now on.",
                  .status = 204},
                 remove);
}

std::vector<Route> my_account()
{
    return {change_own_password(), begin_totp(),    confirm_totp(),   replace_recovery_codes(),
            disable_totp(),        list_sessions(), delete_session(), delete_other_sessions(),
            list_tokens(),         create_token(),  delete_token()};
}

} // namespace api::routes
