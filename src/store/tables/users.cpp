#include "store/tables/users.h"

#include "store/record.h"

namespace store {

void insert_user(Connection& connection, User const& user) { insert_record(connection, "users", user); }

std::optional<User> find_user(Connection& connection, std::string const& id)
{
    return first_record<User>(connection.query("SELECT " + columns<User>() + " FROM users WHERE id = $1", id));
}

std::optional<User> lock_user(Connection& connection, std::string const& id)
{
    return first_record<User>(connection.query(
        "SELECT " + columns<User>() + " FROM users WHERE id = $1" + std::string(connection.for_update()), id));
}

std::optional<User> find_user_by_name(Connection& connection, std::string const& name)
{
    return first_record<User>(connection.query("SELECT " + columns<User>() + " FROM users WHERE name = $1", name));
}

bool update_user(Connection& connection, User const& user)
{
    return connection
               .query("UPDATE users SET name = $2, role = $3, password_hash = $4, disabled = $5, totp = $6, "
                      "password_changed_at = $7, updated_at = $8 WHERE id = $1",
                      user.id, user.name, base::enum_text(user.role), user.password_hash, user.disabled,
                      base::enum_text(user.totp), user.password_changed_at, user.updated_at)
               .changes == 1;
}

bool remove_user(Connection& connection, std::string const& id)
{
    return connection.query("DELETE FROM users WHERE id = $1", id).changes == 1;
}

std::vector<User> list_users(Connection& connection, std::string const& after, int limit)
{
    Where where(limit, users_limit_max + 1);
    if (!after.empty()) where.add("name >", after);
    return records<User>(where.run(connection, "SELECT " + columns<User>() + " FROM users", "ORDER BY name"));
}

std::int64_t count_users(Connection& connection)
{
    return connection.query("SELECT count(*) FROM users")[0].get<std::int64_t>(0);
}

std::vector<std::string> working_admins(Connection& connection)
{
    std::vector<std::string> ids;
    for (auto const& row : connection.query("SELECT id FROM users WHERE role = 'admin' AND disabled = 0 "
                                            "AND password_hash <> '' ORDER BY id" +
                                            std::string(connection.for_update())))
        ids.push_back(row.get<std::string>(0));
    return ids;
}

bool take_totp_step(Connection& connection, std::string const& user_id, std::int64_t step)
{
    return connection.query("UPDATE users SET totp_step = $2 WHERE id = $1 AND totp_step < $2", user_id, step)
               .changes == 1;
}

void set_recovery_codes(Connection& connection, std::string const& user_id, std::vector<std::string> const& hashes)
{
    connection.query("DELETE FROM recovery_codes WHERE user_id = $1", user_id);
    for (auto const& hash : hashes)
        connection.query("INSERT INTO recovery_codes(user_id, hash) VALUES($1, $2)", user_id, hash);
}

bool use_recovery_code(Connection& connection, std::string const& user_id, std::string const& hash, base::Time now)
{
    return connection
               .query("UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL",
                      user_id, hash, now)
               .changes == 1;
}

std::int64_t recovery_codes_left(Connection& connection, std::string const& user_id)
{
    return connection.query("SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL", user_id)[0]
        .get<std::int64_t>(0);
}

} // namespace store
