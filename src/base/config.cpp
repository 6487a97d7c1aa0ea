#include "base/config.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#include <charconv>
#include <toml++/toml.h>
#include <unistd.h>

namespace base {

static constexpr std::size_t file_bytes_max = 1 << 20;

static std::string key_of(std::string_view section, std::string_view name)
{
    return fmt::format("{}.{}", section, name);
}

static std::string upper(std::string_view text)
{
    std::string out(text);
    for (auto& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

std::string Config::environment_name(Setting const& setting)
{
    if (!setting.alias.empty()) return std::string(setting.alias);
    return "ETTAMETTA_" + upper(setting.section) + "_" + upper(setting.name);
}

Config::Config(std::span<Setting const> settings, Layers const& layers) : settings_(settings)
{
    for (auto const& setting : settings_)
        if (!setting.default_value.empty())
            values_[key_of(setting.section, setting.name)] = {std::string(setting.default_value),
                                                              ConfigOrigin::Default};
    for (auto const& [key, value] : layers.stored)
        if (auto const* setting = declared(key); setting && setting->changeable)
            values_[key] = {value, ConfigOrigin::Stored};
    if (layers.file) read_file(*layers.file);
    read_environment(layers.environment);
    for (auto const& [key, value] : layers.flags) values_[key] = {value, ConfigOrigin::Flag};
}

Setting const* Config::declared(std::string_view section, std::string_view name) const
{
    for (auto const& setting : settings_)
        if (setting.section == section && (setting.name == name || setting.name == "*")) return &setting;
    return nullptr;
}

Setting const* Config::declared(std::string_view key) const
{
    auto const dot = key.find('.');
    return dot == std::string_view::npos ? nullptr : declared(key.substr(0, dot), key.substr(dot + 1));
}

static std::string toml_text(toml::node const& node, std::string const& key)
{
    if (auto const* text = node.as_string()) return text->get();
    if (auto const* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (auto const* number = node.as_integer()) return std::to_string(number->get());
    if (auto const* number = node.as_floating_point()) return fmt::format("{}", number->get());
    if (auto const* array = node.as_array()) {
        std::string out;
        for (auto const& item : *array) out += (out.empty() ? "" : ",") + toml_text(item, key);
        return out;
    }
    fail(ErrorCode::InvalidInput, "{}: expected a text, a number, true, false or a list", key);
}

void Config::read_file(std::filesystem::path const& path)
{
    auto const text = base::read_file(path, file_bytes_max);
    toml::table document;
    try {
        document = toml::parse(text, path.string());
    } catch (toml::parse_error const& error) {
        fail(ErrorCode::InvalidInput, "{}:{}:{}: {}", path.string(), error.source().begin.line,
             error.source().begin.column, error.description());
    }
    for (auto const& [section, node] : document) {
        auto const* table = node.as_table();
        if (!table) fail(ErrorCode::InvalidInput, "{}: '{}' stands outside a [section]", path.string(), section.str());
        for (auto const& [name, value] : *table) {
            auto const key = key_of(section.str(), name.str());
            if (!declared(section.str(), name.str()))
                fail(ErrorCode::InvalidInput, Next{"`ettametta doctor` lists the settings"},
                     "{}: no setting is called {}", path.string(), key);
            values_[key] = {toml_text(value, key), ConfigOrigin::File};
        }
    }
}

void Config::read_environment(std::map<std::string, std::string> const& environment)
{
    for (auto const& setting : settings_) {
        auto const prefix = "ETTAMETTA_" + upper(setting.section) + "_";
        if (setting.name == "*") {
            for (auto const& [name, value] : environment)
                if (name.starts_with(prefix) && name.size() > prefix.size() && !value.empty())
                    values_[key_of(setting.section, lower_ascii(name.substr(prefix.size())))] = {
                        value, ConfigOrigin::Environment};
            continue;
        }
        for (auto const& name : {std::string(setting.alias), prefix + upper(setting.name)})
            if (auto const it = environment.find(name); it != environment.end() && !it->second.empty())
                values_[key_of(setting.section, setting.name)] = {it->second, ConfigOrigin::Environment};
    }
}

std::optional<std::string> Config::find(std::string_view key) const
{
    auto const it = values_.find(key);
    if (it != values_.end()) return it->second.text;
    auto const dot = key.find('.');
    if (dot == std::string_view::npos || !declared(key.substr(0, dot), key.substr(dot + 1)))
        fail(ErrorCode::Internal, "the setting {} is not declared", key);
    return std::nullopt;
}

std::string Config::text(std::string_view key) const { return find(key).value_or(""); }

std::string Config::require(std::string_view key, std::string_view what_it_enables) const
{
    if (auto value = find(key); value && !value->empty()) return *value;
    auto const dot = key.find('.');
    auto const* setting = declared(key.substr(0, dot), key.substr(dot + 1));
    fail(ErrorCode::Unavailable, Next{fmt::format("set {} or {} in ettametta.toml", environment_name(*setting), key)},
         "{} is not set, which {} needs", key, what_it_enables);
}

std::int64_t Config::integer(std::string_view key, std::int64_t min, std::int64_t max) const
{
    auto const value = text(key);
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size() || number < min || number > max)
        fail(ErrorCode::InvalidInput, "{}: '{}' is not a whole number in [{}, {}]", key, value, min, max);
    return number;
}

double Config::number(std::string_view key, double min, double max) const
{
    auto const value = text(key);
    double number = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size() || !(number >= min && number <= max))
        fail(ErrorCode::InvalidInput, "{}: '{}' is not a number in [{}, {}]", key, value, min, max);
    return number;
}

bool Config::flag(std::string_view key) const
{
    auto const value = lower_ascii(text(key));
    if (value == "true" || value == "1" || value == "yes" || value == "on") return true;
    if (value.empty() || value == "false" || value == "0" || value == "no" || value == "off") return false;
    fail(ErrorCode::InvalidInput, "{}: '{}' is neither true nor false", key, value);
}

Milliseconds Config::duration(std::string_view key) const
{
    auto const value = text(key);
    if (auto const parsed = parse_duration(value)) return *parsed;
    fail(ErrorCode::InvalidInput, "{}: '{}' is not a duration like 30s, 15m or 4h", key, value);
}

ConfigOrigin Config::origin(std::string_view key) const
{
    auto const it = values_.find(key);
    return it == values_.end() ? ConfigOrigin::Default : it->second.origin;
}

std::map<std::string, std::string> process_environment()
{
    std::map<std::string, std::string> out;
    for (auto** entry = environ; *entry; ++entry) {
        std::string_view const text(*entry);
        if (auto const equals = text.find('='); equals != std::string_view::npos)
            out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

} // namespace base
