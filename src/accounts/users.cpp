#include "accounts/users.h"

#include "accounts/lockout.h"
#include "accounts/signing_keys.h"

#include <algorithm>

namespace accounts {

using base::ErrorCode;
using base::fail;
using base::Next;
using store::Connection;

std::string checked_user_name(std::string_view name)
{
    auto lower = base::lower_ascii(name);
    auto const fine = !lower.empty() && lower.size() <= user_name_bytes_max && std::ranges::all_of(lower, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
    }) && std::isalnum(static_cast<unsigned char>(lower.front())) != 0;
    if (!fine)
        fail(ErrorCode::InvalidInput, Next{"use up to 60 letters a-z, digits, '.', '_', '-' and '@', as in ada.l"},
             "username: '{}' is no name for a user", base::truncate_utf8(base::clean_utf8(name), 60));
    return lower;
}

UserView view_of(store::User const& user)
{
    return {user.id,
            user.name,
            role_of(user.role),
            user.disabled,
            !user.password_hash.empty(),
            user.totp == store::TotpState::On,
            user.password_changed_at,
            user.created_at,
            user.updated_at};
}

Users::Users(Ground& ground, std::string root_user) : ground_(ground), root_user_(checked_user_name(root_user)) {}

static store::User must_be(std::optional<store::User> user, std::string const& id)
{
    if (!user)
        fail(ErrorCode::NotFound, "there is no user {}",
             base::truncate_utf8(base::clean_utf8(id), user_name_bytes_max));
    return std::move(*user);
}

static store::User must_find(Connection& connection, std::string const& id)
{
    return must_be(store::find_user(connection, id), id);
}

static store::User must_lock(Connection& connection, std::string const& id)
{
    return must_be(store::lock_user(connection, id), id);
}

UserView Users::add(Actor const& actor, NewUser const& wanted)
{
    store::User user;
    user.name = checked_user_name(wanted.name);
    ground_.policy.check(wanted.password, user.name);
    auto const root = user.name == root_user_;
    if (root && wanted.role != Role::Admin)
        fail(ErrorCode::InvalidInput, Next{"give it the role admin, or take another name"},
             "role: {} is the root user's name (accounts.root_user), who is an admin", user.name);
    user.id = root ? std::string(root_user_id) : ground_.ids.next();
    user.role = stored(wanted.role);
    user.password_hash = ground_.hasher.hash(wanted.password);
    user.created_at = user.updated_at = ground_.clock.now();
    user.password_changed_at = user.created_at;
    ground_.database.transaction([&](Connection& connection) {
        auto const named = store::find_user_by_name(connection, user.name);
        auto const there = root ? store::lock_user(connection, user.id) : named;
        auto const waiting = root && there && there->password_hash.empty() && (!named || named->id == user.id);
        if ((there || named) && !waiting)
            fail(ErrorCode::Conflict, Next{"take another name"}, "username: {} is taken", user.name);
        if (store::count_users(connection) >= users_max)
            fail(ErrorCode::Conflict, "there are {} users already, which is the limit", users_max);
        if (waiting)
            store::update_user(connection, user);
        else
            store::insert_user(connection, user);
        record(connection, user.created_at, actor,
               {"user.added", "user", user.id, user.id, {{"name", user.name}, {"role", base::enum_text(user.role)}}});
    });
    return view_of(user);
}

UserView Users::get(std::string const& id)
{
    return view_of(ground_.database.read([&](Connection& connection) { return must_find(connection, id); }));
}

UserView Users::get_by_name(std::string const& name)
{
    auto const user =
        ground_.database.read([&](Connection& c) { return store::find_user_by_name(c, checked_user_name(name)); });
    if (!user)
        fail(ErrorCode::NotFound, Next{"`ettametta user list` shows who there is"}, "there is no user {}",
             base::lower_ascii(name));
    return view_of(*user);
}

UserPage Users::list(std::string const& cursor, int limit)
{
    auto const rows = ground_.database.read([&](Connection& c) { return store::list_users(c, cursor, limit + 1); });
    UserPage page;
    for (auto const& row : rows) {
        if (static_cast<int>(page.items.size()) == limit) {
            page.next_cursor = page.items.back().name;
            break;
        }
        page.items.push_back(view_of(row));
    }
    return page;
}

void Users::keep_an_admin(Connection& connection, store::User const& without)
{
    auto const admins = store::working_admins(connection);
    if (!admins.empty() && std::ranges::all_of(admins, [&](auto const& id) { return id == without.id; }))
        fail(ErrorCode::Conflict, Next{"make somebody else an admin first"}, "{} is the only admin", without.name);
}

UserView Users::change(Actor const& actor, std::string const& id, std::optional<Role> role,
                       std::optional<bool> disabled)
{
    auto const user = ground_.database.transaction([&](Connection& connection) {
        auto changed = must_lock(connection, id);
        if ((role && *role != Role::Admin) || disabled.value_or(false)) keep_an_admin(connection, changed);
        base::json::object details{{"name", changed.name}};
        if (role && stored(*role) != changed.role) {
            details["role_before"] = base::enum_text(changed.role);
            changed.role = stored(*role);
            details["role"] = base::enum_text(changed.role);
        }
        if (disabled && *disabled != changed.disabled) details["disabled"] = changed.disabled = *disabled;
        if (details.size() == 1) return changed;
        changed.updated_at = ground_.clock.now();
        store::update_user(connection, changed);
        if (changed.disabled) store::revoke_sessions(connection, id, "", changed.updated_at, "the user was disabled");
        record(connection, changed.updated_at, actor, {"user.changed", "user", id, id, std::move(details)});
        return changed;
    });
    ground_.known.forget();
    return view_of(user);
}

/// The user's row, changed.
static store::User with_password(Connection& connection, std::string const& id, std::string const& hash, base::Time now)
{
    auto user = must_lock(connection, id);
    user.password_hash = hash;
    user.updated_at = now;
    user.password_changed_at = now;
    store::update_user(connection, user);
    return user;
}

void Users::set_password(Actor const& actor, std::string const& id, std::string const& password)
{
    ground_.policy.check(password, get(id).name);
    auto const hash = ground_.hasher.hash(password);
    ground_.database.transaction([&](Connection& connection) {
        auto const user = with_password(connection, id, hash, ground_.clock.now());
        auto const ended =
            store::revoke_sessions(connection, id, "", user.updated_at, "an admin set a new password").size();
        auto const tokens = store::remove_api_tokens(connection, id);
        record(connection, user.updated_at, actor,
               {"user.password_set", "user", id, id, {{"sessions_ended", ended}, {"api_tokens_removed", tokens}}});
    });
    ground_.known.forget();
}

void Users::prove(Actor const& actor, std::string const& id, std::string const& password)
{
    auto const now = ground_.clock.now();
    auto const user = ground_.database.read([&](Connection& connection) { return must_find(connection, id); });
    auto const keys = AttemptKeys::of(user.name, actor.remote, true); // whoever asks this is signed in here
    auto const wait = ground_.database.transaction([&](Connection& c) { return begin_attempt(c, keys, now); });
    if (wait)
        fail(ErrorCode::RateLimited, Next{"wait for " + base::format_duration(*wait)},
             "the password was wrong too often");
    auto const right = user.password_hash.empty() ? ground_.hasher.verify_nobody(password)
                                                  : ground_.hasher.verify(password, user.password_hash);
    ground_.database.transaction([&](Connection& connection) {
        if (right) return forgive_attempt(connection, keys, now);
        record(connection, now, actor, {"user.password_refused", "user", id, id});
    });
    if (!right) fail(ErrorCode::Forbidden, "the current password is not right");
}

void Users::change_password(Actor const& actor, std::string const& id, std::string const& current,
                            std::string const& password, std::string const& session_id)
{
    ground_.policy.check(password, get(id).name);
    prove(actor, id, current);
    auto const hash = ground_.hasher.hash(password);
    ground_.database.transaction([&](Connection& connection) {
        auto const user = with_password(connection, id, hash, ground_.clock.now());
        auto const ended =
            store::revoke_sessions(connection, id, session_id, user.updated_at, "the password was changed").size();
        record(connection, user.updated_at, actor,
               {"user.password_changed", "user", id, id, {{"sessions_ended", ended}}});
    });
    ground_.known.forget();
}

std::vector<store::OwnedRows> Users::remove(Actor const& actor, std::string const& id,
                                            std::optional<std::string> const& heir)
{
    if (heir == id) fail(ErrorCode::InvalidInput, "to: it is the user who is to be removed");
    if (id == root_user_id)
        fail(ErrorCode::Conflict, Next{"disable it, or give it another password"},
             "the root user owns what the command line makes and stays");
    auto const left = ground_.database.transaction([&](Connection& connection) {
        auto const user = must_lock(connection, id);
        keep_an_admin(connection, user);
        if (heir) (void)must_lock(connection, *heir);
        auto rows = heir ? store::give_owned(connection, id, *heir) : store::count_owned(connection, id);
        store::remove_user(connection, id);
        auto const secrets = store::remove_secrets(connection, id);
        base::json::object details{{"name", user.name}, {"secrets_removed", secrets}};
        if (heir) details["heir"] = *heir;
        record(connection, ground_.clock.now(), actor, {"user.removed", "user", id, id, std::move(details)});
        return rows;
    });
    ground_.vault.remove(std::string(vault_owner), "totp." + id);
    ground_.known.forget();
    return left;
}

bool Users::has_admin()
{
    return !ground_.database.transaction([](Connection& c) { return store::working_admins(c); }).empty();
}

void Users::keep_root()
{
    ground_.database.transaction([&](Connection& connection) {
        auto const root = store::find_user(connection, std::string(root_user_id));
        if (root && root->name == root_user_) return;
        if (store::find_user_by_name(connection, root_user_)) return; // somebody else's: the old name stays
        auto user = root.value_or(store::User{std::string(root_user_id), root_user_, store::UserRole::Admin});
        user.name = root_user_;
        user.updated_at = ground_.clock.now();
        if (root) {
            store::update_user(connection, user);
            record(connection, user.updated_at, Actor::system(),
                   {"user.changed", "user", user.id, user.id, {{"name_before", root->name}, {"name", user.name}}});
        } else {
            user.created_at = user.updated_at;
            store::insert_user(connection, user);
        }
    });
}

UserView Users::make_root(Connection& connection, Actor const& actor, std::string const& password_hash)
{
    if (!store::working_admins(connection).empty())
        fail(ErrorCode::Conflict, Next{"sign in"}, "there is an admin already");
    auto const there = store::find_user(connection, std::string(root_user_id));
    auto user = there.value_or(store::User{std::string(root_user_id), root_user_});
    user.role = store::UserRole::Admin;
    user.disabled = false;
    user.password_hash = password_hash;
    user.updated_at = ground_.clock.now();
    user.password_changed_at = user.updated_at;
    if (there) {
        store::update_user(connection, user);
    } else {
        user.created_at = user.updated_at;
        store::insert_user(connection, user);
    }
    auto who = actor;
    who.id = user.id;
    who.name = user.name;
    record(connection, user.updated_at, who, {"setup.done", "user", user.id, user.id, {{"name", user.name}}});
    return view_of(user);
}

} // namespace accounts
