#pragma once
#include "app/app.h"
#include "discovery/credentials.h"

namespace app {

/// Keys and tokens for discovery: what the configuration says counts first, then the vault. What is fetched (tokens)
/// goes to the vault. Thread-safe.
class VaultCredentials : public discovery::Credentials {
public:
    VaultCredentials(App& app, std::map<std::string, std::string> configured)
        : app_(app), configured_(std::move(configured))
    {
    }
    std::optional<std::string> find(std::string const& name) override;
    void keep(std::string const& name, std::string const& value) override;

private:
    App& app_;
    std::map<std::string, std::string> configured_;
};

} // namespace app
