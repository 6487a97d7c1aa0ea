#pragma once
#include "base/clock.h"

#include <boost/describe/enum.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base {

/// All there is to know of one setting: validation, `doctor` and the docs read this.
/// In ettametta.toml it is `name` under `[section]`; in the environment ETTAMETTA_<SECTION>_<NAME> or the alias.
/// The name "*" opens a section to any name (endpoint.youtube, endpoint.pexels ...).
struct Setting {
    std::string_view section;
    std::string_view name;
    std::string_view help;
    std::string_view default_value = {};
    std::string_view alias = {}; ///< well-known name in the environment, GROQ_API_KEY
    bool secret = false;
    bool changeable = false; ///< also over the API; never what names a file, a program or an address of the machine
};
/// The same, open to admins who sit elsewhere.
constexpr Setting changeable(Setting setting)
{
    setting.changeable = true;
    return setting;
}

/// Where a value came from.
enum class ConfigOrigin { Default, Stored, File, Environment, Flag };
BOOST_DESCRIBE_ENUM(ConfigOrigin, Default, Stored, File, Environment, Flag)

/// Settings in layers: flags > environment > file > stored > defaults. Read once, at start; immutable after that.
class Config {
public:
    struct Layers {
        std::map<std::string, std::string> flags;       ///< "section.name" -> value
        std::map<std::string, std::string> environment; ///< the process environment
        std::optional<std::filesystem::path> file;      ///< must exist when given
        std::map<std::string, std::string> stored;      ///< set over the API; those that are not changeable don't count
    };
    /// InvalidInput on a broken file (with its line) or on a setting that nobody knows.
    Config(std::span<Setting const> settings, Layers const& layers);

    /// The value, "" where there is none. Asking for an undeclared setting is a programming error.
    std::string text(std::string_view key) const;
    std::optional<std::string> find(std::string_view key) const;
    /// The value, or Unavailable naming the setting and its environment variable.
    std::string require(std::string_view key, std::string_view what_it_enables) const;
    std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t max) const;
    double number(std::string_view key, double min, double max) const;
    bool flag(std::string_view key) const;
    Milliseconds duration(std::string_view key) const;
    ConfigOrigin origin(std::string_view key) const;
    std::span<Setting const> settings() const { return settings_; }
    /// Its record; nullptr where there is none of that name.
    Setting const* declared(std::string_view key) const;
    /// "PEXELS_API_KEY" or "ETTAMETTA_SCAN_DEADLINE": what to set in the environment.
    static std::string environment_name(Setting const& setting);

private:
    struct Value {
        std::string text;
        ConfigOrigin origin = ConfigOrigin::Default;
    };
    void read_file(std::filesystem::path const& path);
    void read_environment(std::map<std::string, std::string> const& environment);
    Setting const* declared(std::string_view section, std::string_view name) const;

    std::span<Setting const> settings_;
    std::map<std::string, Value, std::less<>> values_;
};

/// The environment of this process as a map.
std::map<std::string, std::string> process_environment();

} // namespace base
