#include "accounts/tokens.h"

#include "accounts/codes.h"
#include "store/tables/access.h"

#include <algorithm>

namespace accounts {

using base::ErrorCode;
using base::fail;
using base::Next;
using store::Connection;

static constexpr std::size_t token_name_bytes_max = 60;
static constexpr base::Milliseconds touched_after{600'000}; ///< that a token was used is written no more often

static std::string joined(std::vector<std::string> const& scopes)
{
    std::string text;
    for (auto const& scope : scopes) text += (text.empty() ? "" : ",") + scope;
    return text;
}

static TokenView view_of(store::ApiToken const& row)
{
    return {row.id,           row.name,       role_of(row.role), base::split_list(row.scopes),
            row.last_used_at, row.expires_at, row.created_at};
}

static bool is_scope(std::string_view scope)
{
    if (scope == "*") return true;
    auto const colon = scope.find(':');
    if (colon == std::string_view::npos || scope.size() > scope_bytes_max) return false;
    auto const family = scope.substr(0, colon);
    auto const verb = scope.substr(colon + 1);
    auto const named = !family.empty() && std::ranges::all_of(family, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    return (named || family == "*") && (verb == "read" || verb == "write" || verb == "*");
}

static void check(NewToken const& wanted, base::Time now)
{
    if (wanted.name.empty() || wanted.name.size() > token_name_bytes_max || !base::is_utf8(wanted.name))
        fail(ErrorCode::InvalidInput, "name: 1 to {} bytes are needed", token_name_bytes_max);
    if (wanted.scopes.empty() || wanted.scopes.size() > scopes_max)
        fail(ErrorCode::InvalidInput, Next{"as in \"*:read\", \"jobs:*\" or \"jobs:read\""},
             "scopes: 1 to {} are needed", scopes_max);
    for (auto const& scope : wanted.scopes)
        if (!is_scope(scope))
            fail(ErrorCode::InvalidInput, Next{"as in \"*\", \"*:read\", \"jobs:*\" or \"jobs:read\""},
                 "scopes: '{}' is none", base::truncate_utf8(base::clean_utf8(scope), scope_bytes_max));
    if (wanted.expires_at && *wanted.expires_at <= now)
        fail(ErrorCode::InvalidInput, "expires_at: {} is over", base::format_time(*wanted.expires_at));
}

MadeToken Tokens::make(Actor const& actor, std::string const& user_id, NewToken const& wanted)
{
    auto const now = ground_.clock.now();
    check(wanted, now);
    auto token = std::string(token_prefix) + random_code();
    store::ApiToken const row{
        ground_.ids.next(), user_id,           wanted.name, hash_of(token), stored(wanted.role), joined(wanted.scopes),
        std::nullopt,       wanted.expires_at, now};
    ground_.database.transaction([&](Connection& connection) {
        auto const user = store::find_user(connection, user_id);
        if (!user) fail(ErrorCode::NotFound, "there is no such user");
        if (row.role > user->role)
            fail(ErrorCode::Forbidden, "role: a token of {} can be no {}", user->name, base::enum_text(wanted.role));
        auto const others = store::list_api_tokens(connection, user_id);
        if (others.size() >= api_tokens_max)
            fail(ErrorCode::Conflict, Next{"remove one that is not used"}, "there are {} tokens already",
                 api_tokens_max);
        if (std::ranges::any_of(others, [&](auto const& other) { return other.name == row.name; }))
            fail(ErrorCode::Conflict, Next{"take another name, or remove that one"}, "name: there is a token '{}'",
                 row.name);
        store::insert_api_token(connection, row);
        record(connection, now, actor,
               {"api_token.made",
                "api_token",
                row.id,
                user_id,
                {{"name", row.name}, {"role", base::enum_text(row.role)}, {"scopes", row.scopes}}});
    });
    return {std::move(token), view_of(row)};
}

std::vector<TokenView> Tokens::list(std::string const& user_id)
{
    std::vector<TokenView> views;
    for (auto const& row : ground_.database.read([&](Connection& c) { return store::list_api_tokens(c, user_id); }))
        views.push_back(view_of(row));
    return views;
}

void Tokens::remove(Actor const& actor, std::string const& user_id, std::string const& id)
{
    ground_.database.transaction([&](Connection& connection) {
        if (!store::remove_api_token(connection, user_id, id))
            fail(ErrorCode::NotFound, "there is no token {}", base::truncate_utf8(base::clean_utf8(id), 60));
        record(connection, ground_.clock.now(), actor, {"api_token.removed", "api_token", id, user_id});
    });
    ground_.known.forget();
}

static Principal principal_of(store::TokenUser const& found)
{
    auto const& row = found.token;
    return {row.owner_id,
            found.user_name,
            role_of(std::min(row.role, found.user_role)),
            PrincipalKind::ApiToken,
            row.id,
            base::split_list(row.scopes),
            role_of(found.user_role),
            found.second_factor};
}

std::optional<Principal> Tokens::authenticate(std::string_view token)
{
    static auto const length = token_prefix.size() + random_code().size();
    if (token.size() != length || !token.starts_with(token_prefix)) return std::nullopt;
    return ground_.known.get(hash_of(token), [&](std::string_view hash) -> std::optional<Principal> {
        auto const now = ground_.clock.now();
        auto const found = ground_.database.read(
            [&](Connection& connection) { return store::find_api_token(connection, std::string(hash), now); });
        if (!found) return std::nullopt;
        auto const& row = found->token;
        if (!row.last_used_at || now - *row.last_used_at > touched_after)
            ground_.database.transaction([&](Connection& c) { store::touch_api_token(c, row.id, now); });
        return principal_of(*found);
    });
}

std::optional<Principal> Tokens::find(std::string const& id)
{
    return ground_.known.get(id, [&](std::string_view) -> std::optional<Principal> {
        auto const found = ground_.database.read(
            [&](Connection& connection) { return store::find_api_token_by_id(connection, id, ground_.clock.now()); });
        if (!found) return std::nullopt;
        return principal_of(*found);
    });
}

bool has_scope(Principal const& principal, std::string_view scope)
{
    if (principal.kind != PrincipalKind::ApiToken) return true;
    auto const colon = scope.find(':');
    auto const family = scope.substr(0, colon);
    auto const verb = colon == std::string_view::npos ? std::string_view() : scope.substr(colon + 1);
    return std::ranges::any_of(principal.scopes, [&](std::string_view held) {
        if (held == "*" || held == scope) return true;
        auto const at = held.find(':');
        if (at == std::string_view::npos) return false;
        auto const held_family = held.substr(0, at);
        auto const held_verb = held.substr(at + 1);
        return (held_family == family || held_family == "*") && (held_verb == verb || held_verb == "*");
    });
}

} // namespace accounts
