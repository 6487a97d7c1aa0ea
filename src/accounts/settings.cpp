#include "accounts/settings.h"

#include "accounts/jwt.h"

namespace accounts {

static constexpr base::Milliseconds access_life_min{60'000};
static constexpr base::Milliseconds session_life_min{3'600'000};
static constexpr base::Milliseconds session_life_max{400LL * 24 * 3600 * 1000}; ///< browsers keep no cookie for longer

std::vector<base::Setting> settings()
{
    return {
        {"vault", "master_key", "64 hexadecimal digits instead of master.key in the data folder", {}, {}, true},
        {"vault", "master_command", "prints the master key; run without a shell"},
        {"vault", "old_master_key", "the master key before, for `keys rotate --master`", {}, {}, true},
        {"accounts", "root_user", "name of the user who owns what the command line makes", "admin"},
        base::changeable({"accounts", "access_life", "how long an access token holds (1m to 1h)", "10m"}),
        base::changeable({"accounts", "idle_life", "a session that is not used for so long is over", "14d"}),
        base::changeable({"accounts", "session_life", "a session is over after this, however busy", "60d"}),
        base::changeable({"accounts", "require_totp",
                          "who must have a second factor before they may do anything else: off, admins or all", "off"}),
        {"accounts",
         "internal_token",
         "what other parts of one's own service call with; 32 characters or more",
         {},
         "INTERNAL_API_TOKEN",
         true}};
}

static base::Milliseconds between(base::Config const& config, std::string_view key, base::Milliseconds min,
                                  base::Milliseconds max)
{
    auto const value = config.duration(key);
    if (value < min || value > max)
        base::fail(base::ErrorCode::InvalidInput, "{}: {} is outside [{}, {}]", key, config.text(key),
                   base::format_duration(min), base::format_duration(max));
    return value;
}

Options options_from(base::Config const& config, std::filesystem::path const& catalog)
{
    Options options;
    options.root_user = config.text("accounts.root_user");
    options.common_passwords = catalog / "passwords/common.txt";
    options.session.access_life = between(config, "accounts.access_life", access_life_min, access_life_max);
    options.session.session_life = between(config, "accounts.session_life", session_life_min, session_life_max);
    options.session.idle_life = between(config, "accounts.idle_life", session_life_min, session_life_max);
    options.require_totp = base::enum_value<RequireTotp>(config.text("accounts.require_totp"), "accounts.require_totp");
    options.internal_token = config.text("accounts.internal_token");
    if (!options.internal_token.empty() && options.internal_token.size() < internal_token_bytes_min)
        base::fail(base::ErrorCode::InvalidInput, base::Next{"openssl rand -hex 32 prints a good one"},
                   "accounts.internal_token (INTERNAL_API_TOKEN): {} bytes are too few, {} are needed",
                   options.internal_token.size(), internal_token_bytes_min);
    return options;
}

} // namespace accounts
