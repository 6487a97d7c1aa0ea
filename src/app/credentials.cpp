#include "app/credentials.h"

#include "app/engine.h"

namespace app {

std::optional<std::string> VaultCredentials::find(std::string const& name)
{
    if (auto const it = configured_.find(name); it != configured_.end()) return it->second;
    // Where nothing was ever kept there is no vault to look into, and looking makes none.
    if (!app_.has_database()) return std::nullopt;
    try {
        return app_.vault().find(std::string(local_owner), name);
    } catch (base::Error const& error) { // quarantined: the same as not there, but for the log
        app_.log().warning("vault.unopened", {{"name", name}, {"reason", std::string(error.what())}});
        return std::nullopt;
    }
}

void VaultCredentials::keep(std::string const& name, std::string const& value)
{
    app_.vault().keep(std::string(local_owner), name, value);
}

} // namespace app
