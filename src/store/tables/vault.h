#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `vault_keys`: a data key, sealed under the master key of that fingerprint. The newest one seals.
struct VaultKey {
    std::string id; ///< UUIDv7: in order of time
    std::string master;
    std::string sealed;
    base::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(VaultKey, (), (id, master, sealed, created_at))

/// One row of `secrets`, sealed.
struct Secret {
    std::string owner_id;
    std::string name;
    std::string key_id;
    std::string sealed;
    std::string quarantined; ///< why it could not be opened; "" where it could
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(Secret, (), (owner_id, name, key_id, sealed, quarantined, created_at, updated_at))

std::vector<VaultKey> vault_keys(Connection& connection);
void insert_vault_key(Connection& connection, VaultKey const& key);
/// Seals it under another master key; the key itself stays.
void reseal_vault_key(Connection& connection, VaultKey const& key);
/// Removes the keys older than this one under which nothing is sealed any more; how many.
std::int64_t remove_unused_vault_keys(Connection& connection, std::string const& older_than);

void upsert_secret(Connection& connection, Secret const& secret);
std::optional<Secret> find_secret(Connection& connection, std::string const& owner_id, std::string const& name);
/// By name.
std::vector<Secret> list_secrets(Connection& connection, std::string const& owner_id);
/// Of all owners: those that can still be opened and are sealed under another key than this one.
std::vector<Secret> secrets_under_other_keys(Connection& connection, std::string const& key_id, int limit);
bool remove_secret(Connection& connection, std::string const& owner_id, std::string const& name);
/// All of an owner; how many.
std::int64_t remove_secrets(Connection& connection, std::string const& owner_id);
/// An empty reason lets it go again.
void quarantine_secret(Connection& connection, std::string const& owner_id, std::string const& name,
                       std::string const& reason);

} // namespace store
