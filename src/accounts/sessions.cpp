#include "accounts/sessions.h"

#include "accounts/codes.h"
#include "accounts/jwt.h"
#include "accounts/lockout.h"

#include <algorithm>

namespace accounts {

using base::ErrorCode;
using base::fail;
using store::Connection;

static constexpr std::size_t agent_bytes_max = 200;
static constexpr std::size_t refresh_bytes_max = 100;
static constexpr int sweep_batch = 100;

static Actor actor_of(store::User const& user, Origin const& origin)
{
    return {user.id, user.name, "session", origin.remote, origin.request_id};
}

Sessions::Judged Sessions::judge(std::optional<store::User> const& user, Credentials const& credentials)
{
    auto const open = user && !user->disabled && !user->password_hash.empty();
    auto const right = open ? ground_.hasher.verify(credentials.password, user->password_hash)
                            : ground_.hasher.verify_nobody(credentials.password);
    if (!right) return {};
    if (user->totp != store::TotpState::On) return {.right = true};
    if (credentials.code.empty()) return {.code_needed = true};
    return {.right = second_factor_.open(*user, credentials.code), .second_factor = true};
}

void Sessions::refuse(Origin const& origin, std::optional<store::User> const& user, base::Time now)
{
    ground_.database.transaction([&](Connection& connection) {
        auto actor = Actor::nobody(origin.remote, origin.request_id);
        record(connection, now, actor, {"session.refused", "user", user ? user->id : "", user ? user->id : ""});
    });
}

SignInResult Sessions::sign_in(Origin const& origin, Credentials const& credentials)
{
    if (credentials.password.size() > password_bytes_max)
        fail(ErrorCode::InvalidInput, "password: at most {} bytes", password_bytes_max);
    auto const now = ground_.clock.now();
    auto const name = base::lower_ascii(base::truncate_utf8(base::clean_utf8(credentials.name), 100));
    std::optional<store::User> user;
    AttemptKeys keys;
    auto const wait = ground_.database.transaction([&](Connection& connection) {
        user = store::find_user_by_name(connection, name);
        auto const familiar =
            store::signed_in_from(connection, user ? user->id : "", origin.remote, now - familiar_for);
        keys = AttemptKeys::of(name, origin.remote, familiar);
        return begin_attempt(connection, keys, now);
    });
    if (wait) return {.outcome = SignIn::Wait, .wait = *wait};
    Judged judged;
    try {
        judged = judge(user, credentials);
    } catch (base::Error const&) { // too many at once, or the vault is closed: nobody's mistake
        ground_.database.transaction([&](Connection& connection) { undo_attempt(connection, keys, now); });
        throw;
    }
    if (judged.code_needed) {
        ground_.database.transaction([&](Connection& connection) { undo_attempt(connection, keys, now); });
        return {.outcome = SignIn::CodeNeeded};
    }
    if (!judged.right) {
        refuse(origin, user, now);
        return {.outcome = SignIn::Refused};
    }
    if (ground_.hasher.is_outdated(user->password_hash)) {
        auto const hash = ground_.hasher.hash(credentials.password);
        ground_.database.transaction([&](Connection& connection) {
            auto fresh = store::lock_user(connection, user->id);
            if (!fresh || fresh->password_hash != user->password_hash) return; // changed meanwhile
            fresh->password_hash = hash;
            store::update_user(connection, *fresh);
        });
    }
    ground_.database.transaction([&](Connection& connection) { forgive_attempt(connection, keys, now); });
    return {.outcome = SignIn::Done, .issued = begin(origin, *user, judged.second_factor)};
}

std::string Sessions::new_refresh_token(Connection& connection, store::Session const& session,
                                        std::string const& parent)
{
    auto token = random_code();
    auto const now = ground_.clock.now();
    store::insert_refresh_token(connection, {hash_of(token), session.id, parent, std::nullopt, false, now,
                                             std::min(session.expires_at, now + options_.idle_life)});
    return token;
}

Issued Sessions::issue(store::User const& user, store::Session const& session, std::string refresh_token)
{
    auto const signing = keys_.current();
    auto const now = ground_.clock.now();
    Claims const claims{std::string(issuer),       std::string(audience), user.id, session.id, now, now,
                        now + options_.access_life};
    return {sign_jwt(claims, signing.key, signing.kid),
            options_.access_life,
            std::move(refresh_token),
            std::min(options_.idle_life, session.expires_at - now),
            {user.id,
             user.name,
             role_of(user.role),
             PrincipalKind::Session,
             session.id,
             {},
             role_of(user.role),
             user.totp == store::TotpState::On}};
}

Issued Sessions::begin(Origin const& origin, store::User const& user, bool second_factor)
{
    (void)keys_.current(); // where the vault is closed nothing is begun
    auto const now = ground_.clock.now();
    store::Session session{ground_.ids.next(),
                           user.id,
                           origin.remote,
                           base::truncate_utf8(base::clean_utf8(origin.agent), agent_bytes_max),
                           second_factor,
                           now,
                           now,
                           now + options_.session_life,
                           std::nullopt,
                           ""};
    auto token = ground_.database.transaction([&](Connection& connection) {
        store::remove_old_sessions(connection, now - ended_sessions_kept, sweep_batch);
        auto const others = store::list_sessions(connection, user.id, now, 2 * sessions_max);
        for (auto i = static_cast<std::size_t>(sessions_max) - 1; i < others.size(); ++i)
            store::revoke_session(connection, user.id, others[i].id, now, "there were too many");
        if (others.size() >= sessions_max) ground_.known.forget();
        store::insert_session(connection, session);
        auto made = new_refresh_token(connection, session, "");
        record(connection, now, actor_of(user, origin),
               {"session.begun", "session", session.id, user.id, {{"second_factor", second_factor}}});
        return made;
    });
    return issue(user, session, std::move(token));
}

void Sessions::end_for_reuse(Connection& connection, Origin const& origin, store::Session const& session)
{
    auto const now = ground_.clock.now();
    if (!store::revoke_session(connection, session.user_id, session.id, now, "a refresh token was shown again")) return;
    record(connection, now, Actor::nobody(origin.remote, origin.request_id),
           {"session.reuse_detected", "session", session.id, session.user_id});
}

std::optional<Issued> Sessions::refresh(Origin const& origin, std::string_view refresh_token)
{
    if (refresh_token.empty() || refresh_token.size() > refresh_bytes_max) return std::nullopt;
    struct Next {
        store::User user;
        store::Session session;
        std::string token;
    };
    auto const now = ground_.clock.now();
    auto reused = false;
    auto next = ground_.database.transaction([&](Connection& connection) -> std::optional<Next> {
        reused = false;
        auto const token = store::find_refresh_token(connection, hash_of(refresh_token));
        if (!token || token->expires_at <= now) return std::nullopt;
        auto const session = store::find_session(connection, token->session_id);
        auto const user = session ? store::find_user(connection, session->user_id) : std::nullopt;
        if (!user || user->disabled || session->revoked_at || session->expires_at <= now) return std::nullopt;
        if (token->used_at || token->retired) {
            auto const again = token->used_at && !token->retired && now - *token->used_at <= refresh_grace &&
                               store::count_children(connection, *token) < refresh_children_max &&
                               !store::has_used_child(connection, *token);
            if (!again) {
                reused = true;
                end_for_reuse(connection, origin, *session);
                return std::nullopt;
            }
        } else {
            store::use_refresh_token(connection, *token, now);
        }
        store::touch_session(connection, session->id, now, origin.remote);
        return Next{*user, *session, new_refresh_token(connection, *session, token->hash)};
    });
    if (reused) ground_.known.forget();
    if (!next) return std::nullopt;
    return issue(next->user, next->session, std::move(next->token));
}

void Sessions::sign_out(Origin const& origin, std::string_view refresh_token)
{
    if (refresh_token.empty() || refresh_token.size() > refresh_bytes_max) return;
    auto const now = ground_.clock.now();
    ground_.database.transaction([&](Connection& connection) {
        auto const token = store::find_refresh_token(connection, hash_of(refresh_token));
        auto const session = token ? store::find_session(connection, token->session_id) : std::nullopt;
        auto const user = session ? store::find_user(connection, session->user_id) : std::nullopt;
        if (!user || !store::revoke_session(connection, user->id, session->id, now, "signed out")) return;
        record(connection, now, actor_of(*user, origin), {"session.ended", "session", session->id, user->id});
    });
    ground_.known.forget();
}

std::vector<SessionView> Sessions::list(Principal const& who)
{
    auto const now = ground_.clock.now();
    std::vector<SessionView> views;
    for (auto const& row :
         ground_.database.read([&](Connection& c) { return store::list_sessions(c, who.user_id, now, sessions_max); }))
        views.push_back({row.id, row.id == who.session_id, row.remote, row.agent, row.second_factor, row.created_at,
                         row.last_used_at, row.expires_at});
    return views;
}

void Sessions::revoke(Actor const& actor, std::string const& user_id, std::string const& id)
{
    auto const now = ground_.clock.now();
    ground_.database.transaction([&](Connection& connection) {
        if (!store::revoke_session(connection, user_id, id, now, "ended by " + actor.name))
            fail(ErrorCode::NotFound, "there is no session {}", base::truncate_utf8(base::clean_utf8(id), 60));
        record(connection, now, actor, {"session.ended", "session", id, user_id});
    });
    ground_.known.forget();
}

std::int64_t Sessions::revoke_others(Actor const& actor, std::string const& user_id, std::string const& but)
{
    auto const now = ground_.clock.now();
    auto const count = ground_.database.transaction([&](Connection& connection) {
        auto const ended = static_cast<std::int64_t>(
            store::revoke_sessions(connection, user_id, but, now, "ended by " + actor.name).size());
        record(connection, now, actor, {"sessions.ended", "user", user_id, user_id, {{"count", ended}}});
        return ended;
    });
    ground_.known.forget();
    return count;
}

std::optional<Principal> Sessions::find(std::string const& session_id)
{
    return ground_.known.get(session_id, [&](std::string_view id) -> std::optional<Principal> {
        auto const row = ground_.database.read([&](Connection& connection) {
            return store::find_session_user(connection, std::string(id), ground_.clock.now());
        });
        if (!row || !row->valid) return std::nullopt;
        auto const role = role_of(row->role);
        return Principal{row->user_id,    row->name, role, PrincipalKind::Session,
                         std::string(id), {},        role, row->second_factor};
    });
}

std::optional<Principal> Sessions::authenticate(std::string_view access_token)
{
    auto const claims = verify_jwt(
        access_token, [&](std::string_view kid) { return keys_.find(kid); }, issuer, audience, ground_.clock.now());
    if (!claims) return std::nullopt;
    auto principal = find(claims->session_id);
    if (!principal || principal->user_id != claims->user_id) return std::nullopt;
    return principal;
}

} // namespace accounts
