#pragma once
#include "accounts/vault.h"

#include <shared_mutex>

namespace accounts {

/// Owner of what the vault keeps for accounts themselves: nobody's user id.
inline constexpr std::string_view vault_owner = "accounts";

/// The keys that sign access tokens, in the vault. The newest signs; older ones still open until every token that they
/// signed is over. Thread-safe; several processes share them.
class SigningKeys {
public:
    static constexpr base::Milliseconds age_max{30LL * 24 * 3600 * 1000}; ///< then a new one is made
    static constexpr base::Milliseconds reload_after{60'000};             ///< what others made is seen by then
    static constexpr base::Milliseconds unknown_after{1'000}; ///< an unknown id makes us look, no more often than this
    static constexpr base::Milliseconds kept_for{2LL * 3600 * 1000}; ///< longer than any token lives after its key

    struct Signing {
        std::string kid;
        Key key;
    };

    SigningKeys(Vault& vault, base::Clock const& clock, base::Ids& ids) : vault_(vault), clock_(clock), ids_(ids) {}
    /// Makes one where there is none, or the newest is too old.
    Signing current();
    std::optional<Key> find(std::string_view kid);
    /// Makes a new one, and removes those that nothing needs any more.
    Signing rotate();

private:
    struct Held {
        std::string kid;
        Key key;
        base::Time created_at{};
    };
    void load();
    bool is_stale(base::Milliseconds after) const;
    std::optional<Key> held(std::string_view kid) const;

    Vault& vault_;
    base::Clock const& clock_;
    base::Ids& ids_;
    mutable std::shared_mutex mutex_;
    std::mutex loading_;     ///< one at a time asks the vault
    std::vector<Held> keys_; ///< oldest first
    std::optional<base::Time> loaded_at_;
};

} // namespace accounts
