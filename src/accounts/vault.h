#pragma once
#include "accounts/master_key.h"
#include "base/ids.h"
#include "base/json.h"
#include "store/database.h"
#include "store/tables/vault.h"

#include <functional>
#include <map>
#include <mutex>

namespace accounts {

inline constexpr std::size_t secret_bytes_max = 1U << 20U; ///< cookie files are the largest
inline constexpr std::size_t secret_name_bytes_max = 120;

/// What may be told of a secret.
struct SecretInfo {
    std::string name;
    std::string key_id;
    std::optional<std::string> quarantined; ///< why it can't be opened
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(SecretInfo, (), (name, key_id, quarantined, created_at, updated_at))

struct Rotation {
    std::int64_t resealed = 0;
    std::int64_t quarantined = 0;
    std::int64_t keys_removed = 0;
    std::string key_id;
};
BOOST_DESCRIBE_STRUCT(Rotation, (), (resealed, quarantined, keys_removed, key_id))

/// API keys, tokens and cookies at rest: each row sealed with XChaCha20-Poly1305 under a data key and bound to its
/// owner and name, each data key sealed under the master key. Thread-safe; several processes may use one database.
class Vault {
public:
    Vault(store::Database& database, MasterKeySource source, base::Clock const& clock, base::Ids& ids);

    /// Rows that are written together with a change: both are there, or neither.
    using Also = std::function<void(store::Connection&)>;
    /// InvalidInput for a name that is not like "key.youtube", or a secret that is empty or too long.
    void keep(std::string const& owner_id, std::string const& name, std::string_view secret, Also const& also = {});
    /// Nothing where there is none. One that can't be opened is quarantined: Unavailable names it, others still open.
    std::optional<std::string> find(std::string const& owner_id, std::string const& name);
    /// False where there is none.
    bool remove(std::string const& owner_id, std::string const& name, Also const& also = {});
    std::vector<SecretInfo> list(std::string const& owner_id);

    /// Makes a new data key and seals every secret under it, a few at a time, while others read and write.
    Rotation rotate();
    /// Seals the data keys under a new master key: one that is made where it is a file, otherwise the one that is
    /// configured now (with the one before it as the old one). May be interrupted anywhere and run again.
    void rotate_master();

private:
    struct Opened {
        std::string id;
        Key key;
    };
    Opened sealing_key(store::Connection& connection);
    std::optional<Key> data_key(store::Connection& connection, std::string const& id);
    std::optional<Key> open_data_key(store::VaultKey const& row);
    Opened new_data_key(store::Connection& connection);
    std::vector<Key> const& masters();
    std::optional<std::string> open_row(store::Connection& connection, store::Secret const& row);
    bool reseal_some(std::string const& key_id, Rotation& rotation);

    store::Database& database_;
    MasterKeySource source_;
    base::Clock const& clock_;
    base::Ids& ids_;
    std::mutex mutex_;
    std::vector<Key> masters_; ///< read when first needed
};

} // namespace accounts
