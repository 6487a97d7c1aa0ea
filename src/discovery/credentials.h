#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace discovery {

/// Keys, client secrets and tokens, by names like "key.youtube", "oauth.reddit.client_id",
/// "oauth.instagram.access_token" and "token.reddit" (fetched by us, with its expiry, as JSON). Thread-safe.
struct Credentials {
    virtual ~Credentials() = default;
    virtual std::optional<std::string> find(std::string const& name) = 0;
    virtual void keep(std::string const& name, std::string const& value) = 0;
};

/// In memory: what it is given at first, and what is kept while the program runs.
class MemoryCredentials : public Credentials {
public:
    explicit MemoryCredentials(std::map<std::string, std::string> values = {}) : values_(std::move(values)) {}
    std::optional<std::string> find(std::string const& name) override
    {
        std::scoped_lock const lock(mutex_);
        auto const it = values_.find(name);
        return it == values_.end() || it->second.empty() ? std::nullopt : std::optional(it->second);
    }
    void keep(std::string const& name, std::string const& value) override
    {
        std::scoped_lock const lock(mutex_);
        values_[name] = value;
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::string> values_;
};

} // namespace discovery
