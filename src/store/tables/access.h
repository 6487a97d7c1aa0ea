#pragma once
#include "store/tables/users.h"

namespace store {

/// One row of `api_tokens`: a program's way in, for as much as its scopes say.
struct ApiToken {
    std::string id;
    std::string owner_id;
    std::string name;
    std::string hash; ///< SHA-256 of the token
    UserRole role = UserRole::Viewer;
    std::string scopes; ///< with commas
    std::optional<base::Time> last_used_at;
    std::optional<base::Time> expires_at;
    base::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(ApiToken, (), (id, owner_id, name, hash, role, scopes, last_used_at, expires_at, created_at))

enum class OneTimePurpose { Setup, Socket };
BOOST_DESCRIBE_ENUM(OneTimePurpose, Setup, Socket)

/// One row of `one_time_tokens`.
struct OneTimeToken {
    std::string hash;
    OneTimePurpose purpose = OneTimePurpose::Setup;
    std::string principal; ///< JSON: who got it
    base::Time expires_at{};
};
BOOST_DESCRIBE_STRUCT(OneTimeToken, (), (hash, purpose, principal, expires_at))

/// One row of `login_attempts`.
struct LoginAttempts {
    std::string key;
    std::int64_t failures = 0;
    std::optional<base::Time> blocked_until;
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(LoginAttempts, (), (key, failures, blocked_until, updated_at))

/// Conflict where the owner has one of that name.
void insert_api_token(Connection& connection, ApiToken const& token);
/// The token and the user that it belongs to, as long as neither is over.
struct TokenUser {
    ApiToken token;
    std::string user_name;
    UserRole user_role = UserRole::Viewer;
    bool second_factor = false; ///< of the user
};
std::optional<TokenUser> find_api_token(Connection& connection, std::string const& hash, base::Time now);
std::optional<TokenUser> find_api_token_by_id(Connection& connection, std::string const& id, base::Time now);
std::vector<ApiToken> list_api_tokens(Connection& connection, std::string const& owner_id);
bool remove_api_token(Connection& connection, std::string const& owner_id, std::string const& id);
std::int64_t remove_api_tokens(Connection& connection, std::string const& owner_id);
void touch_api_token(Connection& connection, std::string const& id, base::Time now);

/// Also removes some that were never used in time.
void insert_one_time_token(Connection& connection, OneTimeToken const& token, base::Time now);
/// Removes it and gives it back; nothing where there is none, or it is over.
std::optional<OneTimeToken> take_one_time_token(Connection& connection, OneTimePurpose purpose, std::string const& hash,
                                                base::Time now);
bool has_one_time_token(Connection& connection, OneTimePurpose purpose, std::string const& hash, base::Time now);
void remove_one_time_tokens(Connection& connection, OneTimePurpose purpose);

/// Zeros where there are none. Others who count there wait until this transaction ends.
LoginAttempts login_attempts(Connection& connection, std::string const& key, base::Time now);
void upsert_login_attempts(Connection& connection, LoginAttempts const& attempts);
void remove_login_attempts(Connection& connection, std::string const& key);
void remove_old_login_attempts(Connection& connection, base::Time before);

} // namespace store
