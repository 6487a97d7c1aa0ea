#pragma once
#include "accounts/audit.h"
#include "accounts/known.h"
#include "accounts/passwords.h"
#include "accounts/vault.h"
#include "store/tables/sessions.h"

namespace accounts {

/// What the parts of accounts share; built once, in Accounts.
struct Ground {
    store::Database& database;
    Vault& vault;
    base::Clock const& clock;
    base::Ids& ids;
    PasswordHasher& hasher;
    PasswordPolicy& policy;
    Known<Principal>& known; ///< of sessions by their id, of API tokens by their hash
};

inline Role role_of(store::UserRole role) { return static_cast<Role>(role); }
inline store::UserRole stored(Role role) { return static_cast<store::UserRole>(role); }
static_assert(static_cast<int>(Role::Admin) == static_cast<int>(store::UserRole::Admin));

/// From where somebody asks.
struct Origin {
    std::string remote;
    std::string agent;
    std::string request_id;
};

} // namespace accounts
