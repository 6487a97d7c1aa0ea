#pragma once
#include "api/field_rule.h"
#include "base/json.h"

#include <set>

namespace api {

/// What a schema is for: an input may leave fields out, an answer has them all.
enum class Direction { Input, Output };

/// JSON Schema 2020-12 of described structs. Each struct becomes a component that is named once, "JobOutput", and
/// "EditInput" where it is what a caller sends; other places refer to it.
class Schemas {
public:
    template <class T> base::json::value of(Direction direction, FieldRule const& rule = {});
    base::json::object const& components() const { return components_; }
    /// "api::routes::JobOutput" -> "JobOutput".
    static std::string name_of(std::type_info const& type, Direction direction);

private:
    template <class T> void add_struct(std::string const& name, Direction direction);
    template <class T> static base::json::object scalar(FieldRule const& rule);
    static void add_rule(base::json::object& schema, FieldRule const& rule);

    base::json::object components_;
};

namespace detail {
/// True for fields that JSON writes as null where they are empty.
template <class T> inline constexpr bool is_nullable = base::detail::is_optional<T>::value;
base::json::object nullable(base::json::value schema);
/// A whole one as an integer: 200, not 2E2.
base::json::value limit(double number);
} // namespace detail

template <class T> base::json::object Schemas::scalar(FieldRule const& rule)
{
    if constexpr (std::is_same_v<T, bool>) {
        return {{"type", "boolean"}};
    } else if constexpr (std::is_arithmetic_v<T>) {
        base::json::object out{{"type", std::is_integral_v<T> ? "integer" : "number"}};
        if constexpr (std::is_same_v<T, std::int64_t>) out["format"] = "int64";
        if (rule.min) out["minimum"] = detail::limit(*rule.min);
        if (rule.max) out["maximum"] = detail::limit(*rule.max);
        return out;
    } else if constexpr (std::is_same_v<T, base::Time>) {
        return {{"type", "string"}, {"format", "date-time"}};
    } else if constexpr (base::detail::Enum<T>) {
        base::json::array names;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
            [&](auto entry) { names.emplace_back(base::snake_case(entry.name)); });
        return {{"type", "string"}, {"enum", std::move(names)}};
    } else {
        base::json::object out{{"type", "string"}};
        if (rule.length_min > 0) out["minLength"] = rule.length_min;
        if (!rule.format.empty()) out["format"] = rule.format;
        return out;
    }
}

template <class T> base::json::value Schemas::of(Direction direction, FieldRule const& rule)
{
    base::json::object out;
    if constexpr (base::detail::is_optional<T>::value) {
        out = detail::nullable(of<typename T::value_type>(direction, rule));
        if (!rule.help.empty()) out["description"] = rule.help;
        return out;
    } else if constexpr (std::is_same_v<T, base::RawJson> || std::is_same_v<T, base::json::value> ||
                         std::is_same_v<T, base::json::object>) {
        if constexpr (std::is_same_v<T, base::json::object>) out["type"] = "object";
    } else if constexpr (base::detail::is_vector<T>::value) {
        out = {{"type", "array"}, {"items", of<typename T::value_type>(direction)}};
        if (rule.length_min > 0) out["minItems"] = rule.length_min;
        if (direction == Direction::Input) out["maxItems"] = rule.length_max.value_or(list_items_max);
    } else if constexpr (base::detail::is_map<T>::value) {
        out = {{"type", "object"}, {"additionalProperties", of<typename T::mapped_type>(direction)}};
        if (direction == Direction::Input) out["maxProperties"] = rule.length_max.value_or(list_items_max);
    } else if constexpr (base::detail::Struct<T>) {
        auto const name = name_of(typeid(T), direction);
        if (!components_.contains(name)) add_struct<T>(name, direction);
        out["$ref"] = "#/components/schemas/" + name;
    } else {
        out = scalar<T>(rule);
        if (direction == Direction::Input &&
            (std::is_same_v<T, std::string> || std::is_same_v<T, std::filesystem::path>))
            out["maxLength"] = rule.length_max.value_or(text_length_max);
    }
    add_rule(out, rule);
    return out;
}

template <class T> void Schemas::add_struct(std::string const& name, Direction direction)
{
    components_[name] = nullptr; // begun: a struct may hold itself
    auto const rules = field_rules<T>();
    base::json::object properties;
    base::json::array required;
    boost::mp11::mp_for_each<base::detail::Members<T>>([&](auto member) {
        using Field = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
        FieldRule rule{.name = member.name};
        for (auto const& candidate : rules)
            if (candidate.name == member.name) rule = candidate;
        properties[member.name] = of<Field>(direction, rule);
        if (rule.required || direction == Direction::Output) required.emplace_back(member.name);
    });
    base::json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = false;
    components_[name] = std::move(schema);
}

/// Holds a value to one of our schemas (the part of JSON Schema that Schemas writes). InvalidInput names the path, the
/// value and the limit.
void check_schema(base::json::value const& value, base::json::value const& schema, base::json::object const& components,
                  std::string const& path = "");

} // namespace api
