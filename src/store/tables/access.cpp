#include "store/tables/access.h"

#include "store/record.h"

namespace store {

void insert_api_token(Connection& connection, ApiToken const& token) { insert_record(connection, "api_tokens", token); }

static std::optional<TokenUser> find_token(Connection& connection, std::string_view condition, std::string const& value,
                                           base::Time now)
{
    auto token = first_record<ApiToken>(connection.query(
        fmt::format("SELECT {} FROM api_tokens WHERE {} = $1 AND (expires_at IS NULL OR expires_at > $2)",
                    columns<ApiToken>(), condition),
        value, now));
    if (!token) return std::nullopt;
    auto const user = find_user(connection, token->owner_id);
    if (!user || user->disabled) return std::nullopt;
    return TokenUser{std::move(*token), user->name, user->role, user->totp == TotpState::On};
}

std::optional<TokenUser> find_api_token(Connection& connection, std::string const& hash, base::Time now)
{
    return find_token(connection, "hash", hash, now);
}

std::optional<TokenUser> find_api_token_by_id(Connection& connection, std::string const& id, base::Time now)
{
    return find_token(connection, "id", id, now);
}

std::vector<ApiToken> list_api_tokens(Connection& connection, std::string const& owner_id)
{
    return records<ApiToken>(connection.query(
        "SELECT " + columns<ApiToken>() + " FROM api_tokens WHERE owner_id = $1 ORDER BY id DESC", owner_id));
}

bool remove_api_token(Connection& connection, std::string const& owner_id, std::string const& id)
{
    return connection.query("DELETE FROM api_tokens WHERE owner_id = $1 AND id = $2", owner_id, id).changes == 1;
}

std::int64_t remove_api_tokens(Connection& connection, std::string const& owner_id)
{
    return connection.query("DELETE FROM api_tokens WHERE owner_id = $1", owner_id).changes;
}

void touch_api_token(Connection& connection, std::string const& id, base::Time now)
{
    connection.query("UPDATE api_tokens SET last_used_at = $2 WHERE id = $1", id, now);
}

void insert_one_time_token(Connection& connection, OneTimeToken const& token, base::Time now)
{
    connection.query("DELETE FROM one_time_tokens WHERE expires_at <= $1", now);
    insert_record(connection, "one_time_tokens", token);
}

std::optional<OneTimeToken> take_one_time_token(Connection& connection, OneTimePurpose purpose, std::string const& hash,
                                                base::Time now)
{
    auto token = first_record<OneTimeToken>(connection.query(
        "DELETE FROM one_time_tokens WHERE hash = $1 AND purpose = $2 RETURNING " + columns<OneTimeToken>(), hash,
        base::enum_text(purpose)));
    if (token && token->expires_at <= now) return std::nullopt;
    return token;
}

bool has_one_time_token(Connection& connection, OneTimePurpose purpose, std::string const& hash, base::Time now)
{
    return !connection
                .query("SELECT 1 FROM one_time_tokens WHERE hash = $1 AND purpose = $2 AND expires_at > $3", hash,
                       base::enum_text(purpose), now)
                .empty();
}

void remove_one_time_tokens(Connection& connection, OneTimePurpose purpose)
{
    connection.query("DELETE FROM one_time_tokens WHERE purpose = $1", base::enum_text(purpose));
}

LoginAttempts login_attempts(Connection& connection, std::string const& key, base::Time now)
{
    // There must be a row to wait for: otherwise two that come first would both count from nothing.
    connection.query("INSERT INTO login_attempts(key, failures, updated_at) VALUES($1, 0, $2) ON CONFLICT DO NOTHING",
                     key, now);
    return record<LoginAttempts>(connection.query("SELECT " + columns<LoginAttempts>() +
                                                      " FROM login_attempts WHERE key = $1" +
                                                      std::string(connection.for_update()),
                                                  key)[0]);
}

void upsert_login_attempts(Connection& connection, LoginAttempts const& attempts)
{
    insert_record(connection, "login_attempts", attempts,
                  " ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, "
                  "blocked_until = excluded.blocked_until, updated_at = excluded.updated_at");
}

void remove_login_attempts(Connection& connection, std::string const& key)
{
    connection.query("DELETE FROM login_attempts WHERE key = $1", key);
}

void remove_old_login_attempts(Connection& connection, base::Time before)
{
    connection.query("DELETE FROM login_attempts WHERE updated_at < $1", before);
}

} // namespace store
