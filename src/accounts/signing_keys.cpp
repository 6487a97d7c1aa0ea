#include "accounts/signing_keys.h"

namespace accounts {

static constexpr std::string_view prefix = "jwt.";

bool SigningKeys::is_stale(base::Milliseconds after) const
{
    std::shared_lock const lock(mutex_);
    auto const now = clock_.now();
    return !loaded_at_ || now - *loaded_at_ >= after || now < *loaded_at_;
}

/// A key that does not open is passed over: what it signed is signed in anew.
void SigningKeys::load()
{
    std::string const owner(vault_owner);
    std::vector<Held> keys;
    for (auto const& info : vault_.list(owner)) {
        if (!info.name.starts_with(prefix) || info.quarantined) continue;
        try {
            auto const secret = vault_.find(owner, info.name);
            auto const key = secret ? Key::from_text(*secret) : std::nullopt;
            if (key) keys.push_back({info.name.substr(prefix.size()), *key, info.created_at});
        } catch (base::Error const& error) {
            if (error.code != base::ErrorCode::Unavailable) throw;
        }
    }
    std::unique_lock const lock(mutex_);
    keys_ = std::move(keys); // the vault lists by name, and names begin with the time
    loaded_at_ = clock_.now();
}

std::optional<Key> SigningKeys::held(std::string_view kid) const
{
    std::shared_lock const lock(mutex_);
    for (auto const& entry : keys_)
        if (entry.kid == kid) return entry.key;
    return std::nullopt;
}

std::optional<Key> SigningKeys::find(std::string_view kid)
{
    if (auto const key = held(kid)) return key;
    if (!is_stale(unknown_after)) return std::nullopt;
    std::scoped_lock const loading(loading_);
    if (is_stale(unknown_after)) load();
    return held(kid);
}

SigningKeys::Signing SigningKeys::current()
{
    if (is_stale(reload_after)) {
        std::scoped_lock const loading(loading_);
        if (is_stale(reload_after)) load();
    }
    {
        std::shared_lock const lock(mutex_);
        if (!keys_.empty() && clock_.now() - keys_.back().created_at < age_max)
            return {keys_.back().kid, keys_.back().key};
    }
    return rotate();
}

SigningKeys::Signing SigningKeys::rotate()
{
    std::scoped_lock const loading(loading_);
    std::string const owner(vault_owner);
    load();
    std::vector<Held> before;
    {
        std::shared_lock const lock(mutex_);
        before = keys_;
    }
    // A key is needed until what it signed is over, and that begins when its successor was made.
    for (std::size_t i = 0; i + 1 < before.size(); ++i)
        if (clock_.now() - before[i + 1].created_at > kept_for)
            vault_.remove(owner, std::string(prefix) + before[i].kid);
    auto const kid = ids_.next();
    vault_.keep(owner, std::string(prefix) + kid, Key::random().hex());
    load();
    auto const key = held(kid);
    if (!key) base::fail(base::ErrorCode::Internal, "the signing key that was just made is not there");
    return {kid, *key};
}

} // namespace accounts
