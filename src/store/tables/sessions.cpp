#include "store/tables/sessions.h"

#include "store/record.h"

namespace store {

void insert_session(Connection& connection, Session const& session) { insert_record(connection, "sessions", session); }

std::optional<Session> find_session(Connection& connection, std::string const& id)
{
    return first_record<Session>(connection.query("SELECT " + columns<Session>() + " FROM sessions WHERE id = $1", id));
}

std::optional<SessionUser> find_session_user(Connection& connection, std::string const& id, base::Time now)
{
    auto const rows = connection.query("SELECT u.id, u.name, u.role, u.disabled, s.revoked_at, s.expires_at, u.totp "
                                       "FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1",
                                       id);
    if (rows.empty()) return std::nullopt;
    auto const& row = rows[0];
    return SessionUser{row.get<std::string>(0), row.get<std::string>(1),
                       base::enum_value<UserRole>(row.get<std::string>(2), "role"),
                       base::enum_value<TotpState>(row.get<std::string>(6), "totp") == TotpState::On,
                       !row.get<bool>(3) && row.is_null(4) && row.get<base::Time>(5) > now};
}

std::vector<Session> list_sessions(Connection& connection, std::string const& user_id, base::Time now, int limit)
{
    return records<Session>(connection.query("SELECT " + columns<Session>() +
                                                 " FROM sessions WHERE user_id = $1 AND revoked_at IS NULL "
                                                 "AND expires_at > $2 ORDER BY id DESC LIMIT $3",
                                             user_id, now, limit));
}

void touch_session(Connection& connection, std::string const& id, base::Time now, std::string const& remote)
{
    connection.query("UPDATE sessions SET last_used_at = $2, remote = $3 WHERE id = $1", id, now, remote);
}

bool revoke_session(Connection& connection, std::string const& user_id, std::string const& id, base::Time now,
                    std::string const& reason)
{
    return connection
               .query("UPDATE sessions SET revoked_at = $3, revoked_reason = $4 "
                      "WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
                      id, user_id, now, reason)
               .changes == 1;
}

std::vector<std::string> revoke_sessions(Connection& connection, std::string const& user_id, std::string const& but,
                                         base::Time now, std::string const& reason)
{
    std::vector<std::string> ids;
    for (auto const& row : connection.query("UPDATE sessions SET revoked_at = $3, revoked_reason = $4 "
                                            "WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL RETURNING id",
                                            user_id, but, now, reason))
        ids.push_back(row.get<std::string>(0));
    return ids;
}

bool signed_in_from(Connection& connection, std::string const& user_id, std::string const& remote, base::Time since)
{
    return !connection
                .query("SELECT 1 FROM sessions WHERE user_id = $1 AND remote = $2 AND last_used_at > $3 LIMIT 1",
                       user_id, remote, since)
                .empty();
}

std::int64_t remove_old_sessions(Connection& connection, base::Time before, int limit)
{
    return connection
        .query("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < $1 LIMIT $2)", before,
               limit)
        .changes;
}

void insert_refresh_token(Connection& connection, RefreshToken const& token)
{
    insert_record(connection, "refresh_tokens", token);
}

std::optional<RefreshToken> find_refresh_token(Connection& connection, std::string const& hash)
{
    return first_record<RefreshToken>(connection.query("SELECT " + columns<RefreshToken>() +
                                                           " FROM refresh_tokens WHERE hash = $1" +
                                                           std::string(connection.for_update()),
                                                       hash));
}

void use_refresh_token(Connection& connection, RefreshToken const& token, base::Time now)
{
    connection.query("UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1", token.hash, now);
    if (token.parent.empty()) return;
    connection.query("UPDATE refresh_tokens SET retired = 1 WHERE session_id = $1 AND parent = $2 AND hash <> $3",
                     token.session_id, token.parent, token.hash);
    // What came before these can never be shown again without being refused: that it is unknown refuses it too.
    connection.query("DELETE FROM refresh_tokens WHERE session_id = $1 AND expires_at < $2", token.session_id, now);
}

std::int64_t count_children(Connection& connection, RefreshToken const& token)
{
    return connection
        .query("SELECT count(*) FROM refresh_tokens WHERE session_id = $1 AND parent = $2", token.session_id,
               token.hash)[0]
        .get<std::int64_t>(0);
}

bool has_used_child(Connection& connection, RefreshToken const& token)
{
    return !connection
                .query("SELECT 1 FROM refresh_tokens WHERE session_id = $1 AND parent = $2 AND used_at IS NOT NULL",
                       token.session_id, token.hash)
                .empty();
}

} // namespace store
