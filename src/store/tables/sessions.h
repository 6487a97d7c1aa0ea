#pragma once
#include "store/tables/users.h"

namespace store {

/// One row of `sessions`: a person at a device, from sign-in until it ends.
struct Session {
    std::string id;
    std::string user_id;
    std::string remote;
    std::string agent;
    bool second_factor = false;
    base::Time created_at{};
    base::Time last_used_at{};
    base::Time expires_at{}; ///< however busy it is
    std::optional<base::Time> revoked_at;
    std::string revoked_reason;
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (id, user_id, remote, agent, second_factor, created_at, last_used_at, expires_at, revoked_at,
                       revoked_reason))

/// One row of `refresh_tokens`.
struct RefreshToken {
    std::string hash;
    std::string session_id;
    std::string parent; ///< hash of the one that it followed; "" = the first
    std::optional<base::Time> used_at;
    bool retired = false; ///< another child of its parent was used
    base::Time created_at{};
    base::Time expires_at{};
};
BOOST_DESCRIBE_STRUCT(RefreshToken, (), (hash, session_id, parent, used_at, retired, created_at, expires_at))

/// What a request needs to know of its session.
struct SessionUser {
    std::string user_id;
    std::string name;
    UserRole role = UserRole::Viewer;
    bool second_factor = false;
    bool valid = false; ///< neither revoked, nor over, nor of a user who was disabled
};

void insert_session(Connection& connection, Session const& session);
std::optional<Session> find_session(Connection& connection, std::string const& id);
std::optional<SessionUser> find_session_user(Connection& connection, std::string const& id, base::Time now);
/// Newest first, those that are neither over nor revoked.
std::vector<Session> list_sessions(Connection& connection, std::string const& user_id, base::Time now, int limit);
void touch_session(Connection& connection, std::string const& id, base::Time now, std::string const& remote);
/// False where it was over before, or belongs to another user.
bool revoke_session(Connection& connection, std::string const& user_id, std::string const& id, base::Time now,
                    std::string const& reason);
/// All but that one ("" = all); their ids.
std::vector<std::string> revoke_sessions(Connection& connection, std::string const& user_id, std::string const& but,
                                         base::Time now, std::string const& reason);
/// Whether this user signed in from there since.
bool signed_in_from(Connection& connection, std::string const& user_id, std::string const& remote, base::Time since);
/// Sessions that ended before then, with their tokens; at most `limit`.
std::int64_t remove_old_sessions(Connection& connection, base::Time before, int limit);

void insert_refresh_token(Connection& connection, RefreshToken const& token);
/// Others who ask for the same one wait until this transaction ends.
std::optional<RefreshToken> find_refresh_token(Connection& connection, std::string const& hash);
void use_refresh_token(Connection& connection, RefreshToken const& token, base::Time now);
std::int64_t count_children(Connection& connection, RefreshToken const& token);
bool has_used_child(Connection& connection, RefreshToken const& token);

} // namespace store
