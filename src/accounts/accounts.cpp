#include "accounts/accounts.h"

#include "accounts/codes.h"
#include "accounts/jwt.h"
#include "accounts/lockout.h"
#include "store/tables/access.h"

namespace accounts {

using base::ErrorCode;
using base::fail;
using store::Connection;
using store::OneTimePurpose;

Accounts::Accounts(Parts parts, Options options)
    : options_(std::move(options)), policy_(options_.common_passwords),
      hasher_(options_.cost, options_.hashes_waiting_max), known_(parts.clock),
      ground_{parts.database, parts.vault, parts.clock, parts.ids, hasher_, policy_, known_},
      keys_(parts.vault, parts.clock, parts.ids), users_(ground_, options_.root_user), second_factor_(ground_),
      sessions_(ground_, keys_, second_factor_, options_.session), tokens_(ground_)
{
}

std::optional<Principal> Accounts::authenticate(std::string_view bearer)
{
    if (bearer.empty() || bearer.size() > bearer_bytes_max) return std::nullopt;
    if (bearer.starts_with(token_prefix)) return tokens_.authenticate(bearer);
    if (bearer.find('.') != std::string_view::npos)
        if (auto principal = sessions_.authenticate(bearer)) return principal;
    if (!options_.internal_token.empty() && same_secret(bearer, options_.internal_token))
        return Principal{"", "service", Role::Viewer, PrincipalKind::Service, "", {}};
    return std::nullopt;
}

bool Accounts::second_factor_due(Principal const& principal) const
{
    if (principal.kind == PrincipalKind::Service || principal.has_second_factor) return false;
    return options_.require_totp == RequireTotp::All ||
           (options_.require_totp == RequireTotp::Admins && principal.user_role == Role::Admin);
}

std::optional<Principal> Accounts::again(Principal const& principal)
{
    switch (principal.kind) {
    case PrincipalKind::Session: return sessions_.find(principal.session_id);
    case PrincipalKind::ApiToken: return tokens_.find(principal.session_id);
    case PrincipalKind::Service: return principal;
    }
    return std::nullopt;
}

std::string Accounts::make_ticket(Principal const& principal)
{
    if (principal.kind == PrincipalKind::Service) fail(ErrorCode::Forbidden, "the service needs no ticket");
    auto ticket = random_code();
    auto const now = ground_.clock.now();
    ground_.database.transaction([&](Connection& connection) {
        store::insert_one_time_token(
            connection, {hash_of(ticket), OneTimePurpose::Socket, base::to_json(principal), now + ticket_life}, now);
    });
    return ticket;
}

std::optional<Principal> Accounts::take_ticket(std::string_view ticket)
{
    if (ticket.empty() || ticket.size() > bearer_bytes_max) return std::nullopt;
    auto const now = ground_.clock.now();
    auto const taken = ground_.database.transaction([&](Connection& connection) {
        return store::take_one_time_token(connection, OneTimePurpose::Socket, hash_of(ticket), now);
    });
    if (!taken) return std::nullopt;
    return again(base::read_json<Principal>(taken->principal, "ticket"));
}

/// For whom a link is signed: never for what access tokens are, so that neither passes for the other.
static std::string link_audience(std::string_view path) { return "file:" + std::string(path); }

std::string Accounts::make_link(Principal const& principal, std::string_view path)
{
    if (principal.kind == PrincipalKind::Service) fail(ErrorCode::Forbidden, "the service needs no link");
    auto const signing = keys_.current();
    auto const now = ground_.clock.now();
    return sign_jwt({std::string(Sessions::issuer), link_audience(path), principal.user_id, principal.session_id, now,
                     now, now + link_life},
                    signing.key, signing.kid);
}

std::optional<Principal> Accounts::open_link(std::string_view link, std::string_view path)
{
    auto const claims = verify_jwt(
        link, [&](std::string_view kid) { return keys_.find(kid); }, Sessions::issuer, link_audience(path),
        ground_.clock.now());
    if (!claims) return std::nullopt;
    auto principal = sessions_.find(claims->session_id);
    if (!principal) principal = tokens_.find(claims->session_id);
    if (!principal || principal->user_id != claims->user_id) return std::nullopt;
    return principal;
}

std::optional<std::string> Accounts::make_setup_token()
{
    if (users_.has_admin()) return std::nullopt;
    auto token = random_code();
    auto const now = ground_.clock.now();
    ground_.database.transaction([&](Connection& connection) {
        store::remove_one_time_tokens(connection, OneTimePurpose::Setup);
        store::insert_one_time_token(connection, {hash_of(token), OneTimePurpose::Setup, "{}", now + setup_token_life},
                                     now);
    });
    return token;
}

Issued Accounts::set_up(Origin const& origin, std::string_view setup_token, std::string const& password)
{
    auto const now = ground_.clock.now();
    auto const hash = setup_token.size() > bearer_bytes_max ? std::string() : hash_of(setup_token);
    auto const refuse = [] {
        fail(ErrorCode::Forbidden,
             base::Next{"start the server again: it prints a new one as long as there is no admin"},
             "the set-up token is not right, or it was used");
    };
    if (users_.has_admin()) fail(ErrorCode::Conflict, base::Next{"sign in"}, "there is an admin already");
    // Looked at before the password is hashed, so that strangers can't keep the hashers busy.
    if (!ground_.database.read(
            [&](Connection& c) { return store::has_one_time_token(c, OneTimePurpose::Setup, hash, now); }))
        refuse();
    policy_.check(password, users_.root_user());
    auto const password_hash = hasher_.hash(password);
    auto const user = ground_.database.transaction([&](Connection& connection) {
        if (!store::take_one_time_token(connection, OneTimePurpose::Setup, hash, now)) refuse();
        auto const actor = Actor::nobody(origin.remote, origin.request_id);
        users_.make_root(connection, actor, password_hash);
        return store::find_user(connection, std::string(root_user_id)).value();
    });
    return sessions_.begin(origin, user, false);
}

} // namespace accounts
