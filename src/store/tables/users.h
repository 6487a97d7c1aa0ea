#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

enum class UserRole { Viewer, Creator, Admin };
BOOST_DESCRIBE_ENUM(UserRole, Viewer, Creator, Admin)

/// Of the second factor: the secret of a pending one is made, but nobody has shown a code of it yet.
enum class TotpState { Off, Pending, On };
BOOST_DESCRIBE_ENUM(TotpState, Off, Pending, On)

/// One row of `users`.
struct User {
    std::string id;
    std::string name; ///< lower case, unique
    UserRole role = UserRole::Viewer;
    std::string password_hash; ///< argon2id; "" = no password opens it
    bool disabled = false;
    TotpState totp = TotpState::Off;
    std::int64_t totp_step = 0; ///< of the last code that was taken: neither it nor an older one is taken again
    std::optional<base::Time> password_changed_at;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(User, (),
                      (id, name, role, password_hash, disabled, totp, totp_step, password_changed_at, created_at,
                       updated_at))

inline constexpr int users_limit_max = 200;

/// Conflict where the name is taken.
void insert_user(Connection& connection, User const& user);
std::optional<User> find_user(Connection& connection, std::string const& id);
/// The same to be changed: others who change it wait until this transaction ends.
std::optional<User> lock_user(Connection& connection, std::string const& id);
std::optional<User> find_user_by_name(Connection& connection, std::string const& name);
/// Everything but id, created_at and totp_step.
bool update_user(Connection& connection, User const& user);
bool remove_user(Connection& connection, std::string const& id);
/// By name, those after that name.
std::vector<User> list_users(Connection& connection, std::string const& after, int limit);
std::int64_t count_users(Connection& connection);
/// Those who can sign in with a password; others who change an admin wait until this transaction ends.
std::vector<std::string> working_admins(Connection& connection);
/// False where that step, or a later one, was taken before.
bool take_totp_step(Connection& connection, std::string const& user_id, std::int64_t step);

/// Replaces those that were there.
void set_recovery_codes(Connection& connection, std::string const& user_id, std::vector<std::string> const& hashes);
/// False where there is no such code, or it was used before.
bool use_recovery_code(Connection& connection, std::string const& user_id, std::string const& hash, base::Time now);
std::int64_t recovery_codes_left(Connection& connection, std::string const& user_id);

} // namespace store
