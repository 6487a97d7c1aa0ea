#include "store/tables/vault.h"

#include "store/record.h"

namespace store {

std::vector<VaultKey> vault_keys(Connection& connection)
{
    return records<VaultKey>(connection.query("SELECT " + columns<VaultKey>() + " FROM vault_keys ORDER BY id"));
}

void insert_vault_key(Connection& connection, VaultKey const& key) { insert_record(connection, "vault_keys", key); }

void reseal_vault_key(Connection& connection, VaultKey const& key)
{
    connection.query("UPDATE vault_keys SET master = $2, sealed = $3 WHERE id = $1", key.id, key.master, key.sealed);
}

std::int64_t remove_unused_vault_keys(Connection& connection, std::string const& older_than)
{
    return connection
        .query(
            "DELETE FROM vault_keys WHERE id < $1 AND NOT EXISTS (SELECT 1 FROM secrets WHERE key_id = vault_keys.id)",
            older_than)
        .changes;
}

void upsert_secret(Connection& connection, Secret const& secret)
{
    insert_record(connection, "secrets", secret,
                  " ON CONFLICT (owner_id, name) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed, "
                  "quarantined = excluded.quarantined, updated_at = excluded.updated_at");
}

std::optional<Secret> find_secret(Connection& connection, std::string const& owner_id, std::string const& name)
{
    return first_record<Secret>(connection.query(
        "SELECT " + columns<Secret>() + " FROM secrets WHERE owner_id = $1 AND name = $2", owner_id, name));
}

std::vector<Secret> list_secrets(Connection& connection, std::string const& owner_id)
{
    return records<Secret>(
        connection.query("SELECT " + columns<Secret>() + " FROM secrets WHERE owner_id = $1 ORDER BY name", owner_id));
}

std::vector<Secret> secrets_under_other_keys(Connection& connection, std::string const& key_id, int limit)
{
    return records<Secret>(connection.query("SELECT " + columns<Secret>() +
                                                " FROM secrets WHERE key_id <> $1 AND quarantined = '' "
                                                "ORDER BY owner_id, name LIMIT $2" +
                                                std::string(connection.for_update()),
                                            key_id, limit));
}

bool remove_secret(Connection& connection, std::string const& owner_id, std::string const& name)
{
    return connection.query("DELETE FROM secrets WHERE owner_id = $1 AND name = $2", owner_id, name).changes == 1;
}

std::int64_t remove_secrets(Connection& connection, std::string const& owner_id)
{
    return connection.query("DELETE FROM secrets WHERE owner_id = $1", owner_id).changes;
}

void quarantine_secret(Connection& connection, std::string const& owner_id, std::string const& name,
                       std::string const& reason)
{
    connection.query("UPDATE secrets SET quarantined = $3 WHERE owner_id = $1 AND name = $2", owner_id, name, reason);
}

} // namespace store
