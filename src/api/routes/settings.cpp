#include "api/route.h"

namespace api::routes {

struct SettingView {
    std::string name; ///< "jobs.lease"
    std::string help;
    std::string environment;
    std::optional<std::string> value; ///< null: not set, or a secret
    bool is_set = false;
    bool secret = false;
    base::ConfigOrigin origin = base::ConfigOrigin::Default;
};
BOOST_DESCRIBE_STRUCT(SettingView, (), (name, help, environment, value, is_set, secret, origin))

struct SettingList {
    std::vector<SettingView> items;
};
BOOST_DESCRIBE_STRUCT(SettingList, (), (items))

static SettingList list(Services& services, Call const&, Nothing const&)
{
    SettingList out;
    for (auto const& setting : services.config.settings()) {
        if (setting.name == "*") continue;
        auto const key = fmt::format("{}.{}", setting.section, setting.name);
        auto const value = services.config.text(key);
        SettingView view{key,
                         std::string(setting.help),
                         base::Config::environment_name(setting),
                         {},
                         !value.empty(),
                         setting.secret,
                         services.config.origin(key)};
        if (!value.empty() && !setting.secret) view.value = base::redact_url(value);
        out.items.push_back(std::move(view));
    }
    return out;
}

static Route list_settings()
{
    return route(
        {.method = "GET",
         .path = "/api/v1/settings",
         .access = Access::Admin,
         .tag = "settings",
         .help = "Every setting, where its value comes from, and what it is good for. Secrets are never shown."},
        list);
}

std::vector<Route> settings() { return {list_settings()}; }

} // namespace api::routes
