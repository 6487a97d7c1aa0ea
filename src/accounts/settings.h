#pragma once
#include "accounts/accounts.h"
#include "base/config.h"

namespace accounts {

/// The settings of the vault and of accounts, for base::Config.
std::vector<base::Setting> settings();
/// InvalidInput where a value will not do.
Options options_from(base::Config const& config, std::filesystem::path const& catalog);

} // namespace accounts
