#include "api/person.h"
#include "api/route.h"

namespace api::routes {

using base::ConfigOrigin;

static constexpr std::size_t value_characters_max = 1'000;

struct SettingView {
    std::string name; ///< "jobs.lease"
    std::string help;
    std::string environment;
    std::optional<std::string> value; ///< that counts now; null: not set, or a secret
    bool is_set = false;
    bool secret = false;
    ConfigOrigin origin = ConfigOrigin::Default;
    std::string default_value;
    bool changeable = false;           ///< over the API; all others on the machine alone
    std::optional<std::string> stored; ///< what was set over the API
    bool restart_needed = false;       ///< what is stored is not what counts now, and will be
};
BOOST_DESCRIBE_STRUCT(SettingView, (),
                      (name, help, environment, value, is_set, secret, origin, default_value, changeable, stored,
                       restart_needed))

struct SettingList {
    std::vector<SettingView> items;
};
BOOST_DESCRIBE_STRUCT(SettingList, (), (items))

static SettingView view_of(base::Config const& config, base::Setting const& setting, std::string const& name,
                           StoredSettings::Values const& stored)
{
    auto const value = config.text(name);
    SettingView view{.name = name,
                     .help = std::string(setting.help),
                     .environment = base::Config::environment_name(setting),
                     .is_set = !value.empty(),
                     .secret = setting.secret,
                     .origin = config.origin(name),
                     .default_value = setting.secret ? "" : std::string(setting.default_value),
                     .changeable = setting.changeable};
    if (!value.empty() && !setting.secret) view.value = base::redact_url(value);
    if (auto const kept = stored.find(name); kept != stored.end() && setting.changeable) view.stored = kept->second;
    if (view.origin <= ConfigOrigin::Stored) view.restart_needed = value != view.stored.value_or(view.default_value);
    if (setting.secret) view.restart_needed = false;
    return view;
}

static SettingList list(Services& services, Call const&, Nothing const&)
{
    SettingList out;
    auto const stored = services.stored.values();
    for (auto const& setting : services.config.settings())
        if (setting.name != "*")
            out.items.push_back(
                view_of(services.config, setting, fmt::format("{}.{}", setting.section, setting.name), stored));
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

struct BySetting {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(BySetting, (), (name))
static std::vector<FieldRule> rules_of(BySetting const*)
{
    return {{.name = "name", .help = "As in jobs.lease.", .required = true, .length_min = 1, .length_max = 100}};
}

/// The record, where it may be changed from afar and would count.
static base::Setting const& require_changeable(Services& services, std::string const& name)
{
    auto const* setting = services.config.declared(name);
    if (!setting)
        base::fail(base::ErrorCode::NotFound, base::Next{"GET /api/v1/settings lists them"}, "there is no setting {}",
                   base::truncate_utf8(name, 100));
    auto const here =
        fmt::format("set {} or {} in ettametta.toml there", base::Config::environment_name(*setting), name);
    auto const in_vault = setting->section == "key" || setting->section == "oauth";
    if (setting->secret)
        base::fail(base::ErrorCode::Forbidden, base::Next{in_vault ? "PUT /api/v1/keys/" + name + " seals it" : here},
                   "{}: it is a secret, and none is kept among the settings", name);
    if (!setting->changeable)
        base::fail(base::ErrorCode::Forbidden, base::Next{here},
                   "{}: it reaches files, programs or addresses of the machine, or who may come in, and is changed on "
                   "the machine alone",
                   name);
    return *setting;
}

static std::string place_of(ConfigOrigin origin, base::Setting const& setting)
{
    switch (origin) {
    case ConfigOrigin::File: return "ettametta.toml";
    case ConfigOrigin::Environment: return "the environment, " + base::Config::environment_name(setting);
    default: return "the command line";
    }
}

static void record(Services& services, Call const& call, std::string_view action, std::string const& name,
                   base::json::object details)
{
    services.database.transaction([&](store::Connection& connection) {
        accounts::record(connection, services.clock.now(), actor_of(call),
                         {action, "setting", name, "", std::move(details)});
    });
}

struct SettingInput {
    std::string value;
};
BOOST_DESCRIBE_STRUCT(SettingInput, (), (value))
static std::vector<FieldRule> rules_of(SettingInput const*)
{
    return {{.name = "value",
             .help = "As it would stand in ettametta.toml.",
             .required = true,
             .length_min = 1,
             .length_max = value_characters_max,
             .example = R"("90s")"}};
}

static SettingView put(Services& services, Call const& call, BySetting const& parameters, SettingInput const& input)
{
    require_person(call);
    auto const& name = parameters.name;
    auto const& setting = require_changeable(services, name);
    if (auto const origin = services.config.origin(name); origin > ConfigOrigin::Stored)
        base::fail(base::ErrorCode::Conflict, base::Next{"take it out there and start the server again"},
                   "{}: {} sets it, and that counts more", name, place_of(origin, setting));
    services.stored.set(name, input.value);
    record(services, call, "setting.set", name, {{"value", input.value}});
    return view_of(services.config, setting, name, services.stored.values());
}

static Route put_setting()
{
    return route({.method = "PUT",
                  .path = "/api/v1/settings/{name}",
                  .access = Access::Admin,
                  .tag = "settings",
                  .help = "Sets one from the next start on, below what the machine itself sets. Checked as at a start.",
                  .problems = {409}},
                 put);
}

static Reply<Nothing> remove(Services& services, Call const& call, BySetting const& parameters)
{
    require_person(call);
    require_changeable(services, parameters.name);
    if (!services.stored.remove(parameters.name))
        base::fail(base::ErrorCode::NotFound, "{} was not set over the API", parameters.name);
    record(services, call, "setting.removed", parameters.name, {});
    return {{}, 204};
}

static Route delete_setting()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/settings/{name}",
                  .access = Access::Admin,
                  .tag = "settings",
                  .help = "Takes back what was set over the API, from the next start on.",
                  .status = 204},
                 remove);
}

std::vector<Route> settings() { return {list_settings(), put_setting(), delete_setting()}; }

} // namespace api::routes
