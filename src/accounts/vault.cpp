#include "accounts/vault.h"

#include "base/text.h"

#include <algorithm>

namespace accounts {

using base::ErrorCode;
using base::fail;
using store::Connection;

static constexpr int reseal_batch = 50;

/// Binds a secret to its place, so that a row copied to another one does not open.
static std::string context_of(store::Secret const& row)
{
    return fmt::format("secret/{}/{}/{}", row.owner_id, row.name, row.key_id);
}

static std::string context_of(store::VaultKey const& row) { return "key/" + row.id; }

static void check_name(std::string const& name)
{
    auto const fine =
        !name.empty() && name.size() <= secret_name_bytes_max && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
        });
    if (!fine)
        fail(ErrorCode::InvalidInput, base::Next{"use lower-case letters, digits, '.', '_' and '-', as in key.youtube"},
             "'{}' is no name for a secret", base::truncate_utf8(base::clean_utf8(name), 60));
}

Vault::Vault(store::Database& database, MasterKeySource source, base::Clock const& clock, base::Ids& ids)
    : database_(database), source_(std::move(source)), clock_(clock), ids_(ids)
{
}

std::vector<Key> const& Vault::masters()
{
    std::scoped_lock const lock(mutex_);
    if (masters_.empty()) masters_ = load_master_keys(source_);
    return masters_;
}

std::optional<Key> Vault::open_data_key(store::VaultKey const& row)
{
    for (auto const& master : masters()) {
        if (master.fingerprint() != row.master) continue;
        if (auto const bytes = open(master, row.sealed, context_of(row))) return Key::from_bytes(*bytes);
    }
    return std::nullopt;
}

Vault::Opened Vault::new_data_key(Connection& connection)
{
    auto const& master = masters().front();
    Opened made{ids_.next(), Key::random()};
    store::VaultKey row{made.id, master.fingerprint(), "", clock_.now()};
    row.sealed = seal(master, made.key.bytes(), context_of(row));
    store::insert_vault_key(connection, row);
    return made;
}

Vault::Opened Vault::sealing_key(Connection& connection)
{
    auto const rows = store::vault_keys(connection);
    if (rows.empty()) return new_data_key(connection);
    if (auto const key = open_data_key(rows.back())) return {rows.back().id, *key};
    fail(ErrorCode::Unavailable, base::Next{"give back the master key, or `ettametta keys rotate` to begin a new one"},
         "the vault's key {} was sealed under master key {}, which is not here", rows.back().id, rows.back().master);
}

std::optional<Key> Vault::data_key(Connection& connection, std::string const& id)
{
    for (auto const& row : store::vault_keys(connection))
        if (row.id == id) return open_data_key(row);
    return std::nullopt;
}

void Vault::keep(std::string const& owner_id, std::string const& name, std::string_view secret, Also const& also)
{
    check_name(name);
    if (secret.empty() || secret.size() > secret_bytes_max)
        fail(ErrorCode::InvalidInput, "{}: a secret has 1 to {} bytes, not {}", name, secret_bytes_max, secret.size());
    database_.transaction([&](Connection& connection) {
        auto const key = sealing_key(connection);
        auto const now = clock_.now();
        store::Secret row{owner_id, name, key.id, "", "", now, now};
        row.sealed = seal(key.key, secret, context_of(row));
        store::upsert_secret(connection, row);
        if (also) also(connection);
    });
}

std::optional<std::string> Vault::open_row(Connection& connection, store::Secret const& row)
{
    auto const key = data_key(connection, row.key_id);
    return key ? open(*key, row.sealed, context_of(row)) : std::nullopt;
}

std::optional<std::string> Vault::find(std::string const& owner_id, std::string const& name)
{
    std::optional<store::Secret> row;
    auto secret = database_.read([&](Connection& connection) {
        row = store::find_secret(connection, owner_id, name);
        return row ? open_row(connection, *row) : std::optional<std::string>();
    });
    if (!row) return secret;
    std::string const reason = secret ? "" : "it does not open with the keys that are here";
    if (row->quarantined.empty() != reason.empty())
        database_.transaction([&](Connection& c) { store::quarantine_secret(c, owner_id, name, reason); });
    if (secret) return secret;
    fail(ErrorCode::Unavailable,
         base::Next{"give back its master key, or set it anew: `ettametta keys set " + name + "`"}, "{}: {}", name,
         reason);
}

bool Vault::remove(std::string const& owner_id, std::string const& name, Also const& also)
{
    return database_.transaction([&](Connection& connection) {
        if (!store::remove_secret(connection, owner_id, name)) return false;
        if (also) also(connection);
        return true;
    });
}

std::vector<SecretInfo> Vault::list(std::string const& owner_id)
{
    std::vector<SecretInfo> out;
    for (auto const& row : database_.read([&](Connection& c) { return store::list_secrets(c, owner_id); }))
        out.push_back({row.name, row.key_id, row.quarantined.empty() ? std::nullopt : std::optional(row.quarantined),
                       row.created_at, row.updated_at});
    return out;
}

/// False where nothing is left to do.
bool Vault::reseal_some(std::string const& key_id, Rotation& rotation)
{
    auto const before = rotation;
    return database_.transaction([&](Connection& connection) {
        rotation = before; // a transaction may be run again
        auto const key = data_key(connection, key_id);
        if (!key) fail(ErrorCode::Unavailable, "the vault's key {} does not open", key_id);
        auto const rows = store::secrets_under_other_keys(connection, key_id, reseal_batch);
        for (auto row : rows) {
            auto const secret = open_row(connection, row);
            if (!secret) {
                store::quarantine_secret(connection, row.owner_id, row.name,
                                         "it did not open when the vault's keys were rotated");
                ++rotation.quarantined;
                continue;
            }
            row.key_id = key_id;
            row.sealed = seal(*key, *secret, context_of(row));
            store::upsert_secret(connection, row);
            ++rotation.resealed;
        }
        return !rows.empty();
    });
}

Rotation Vault::rotate()
{
    Rotation rotation;
    rotation.key_id = database_.transaction([&](Connection& connection) { return new_data_key(connection).id; });
    while (reseal_some(rotation.key_id, rotation)) {}
    try {
        rotation.keys_removed = database_.transaction(
            [&](Connection& connection) { return store::remove_unused_vault_keys(connection, rotation.key_id); });
    } catch (store::DatabaseError const& error) {
        // Somebody has just sealed under an older key: that key stays until the next rotation.
        if (error.fault != store::Fault::ForeignKey) throw;
    }
    return rotation;
}

void Vault::rotate_master()
{
    auto const made = source_.is_file() ? std::optional(prepare_new_master_key(source_)) : std::nullopt;
    {
        std::scoped_lock const lock(mutex_);
        masters_ = load_master_keys(source_); // the new one among them
    }
    auto const target = made ? *made : masters().front();
    database_.transaction([&](Connection& connection) {
        for (auto row : store::vault_keys(connection)) {
            if (row.master == target.fingerprint()) continue;
            auto const key = open_data_key(row);
            if (!key) continue; // stays as it is: its master key may come back
            row.master = target.fingerprint();
            row.sealed = seal(target, key->bytes(), context_of(row));
            store::reseal_vault_key(connection, row);
        }
    });
    if (!made) return;
    adopt_new_master_key(source_);
    std::scoped_lock const lock(mutex_);
    masters_.clear();
}

} // namespace accounts
