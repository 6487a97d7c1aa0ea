#include "discovery/spec_schema.h"

#include "discovery/field.h"
#include "discovery/spec_walk.h"

#include <set>

namespace discovery {

using base::json::array;
using base::json::object;
using base::json::value;

namespace {

/// Collects the structs that it meets under "$defs".
class Schema {
public:
    template <class T> value of_struct()
    {
        auto const name = spec_type_name<T>();
        if (begun_.insert(name).second) {
            object properties;
            boost::mp11::mp_for_each<base::detail::Members<T>>([&](auto member) {
                using Field = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
                properties[member.name] = of<Field>(name, member.name);
            });
            definitions_[name] =
                object{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
        }
        return object{{"$ref", "#/$defs/" + name}};
    }

    template <class Field> value of(std::string const& owner, std::string_view member)
    {
        if constexpr (base::detail::is_optional<Field>::value) {
            auto inner = of<typename Field::value_type>(owner, member);
            if constexpr (std::is_same_v<typename Field::value_type, value>) return inner;
            return object{{"anyOf", array{std::move(inner), object{{"type", "null"}}}}};
        } else if constexpr (base::detail::is_vector<Field>::value) {
            return object{{"type", "array"},
                          {"items", of<typename Field::value_type>(owner, member)},
                          {"maxItems", spec_list_max}};
        } else if constexpr (base::detail::is_map<Field>::value) {
            object out{{"type", "object"}, {"maxProperties", spec_list_max}};
            auto inner = of<typename Field::mapped_type>(owner, member);
            if (member == "fields") out["propertyNames"] = object{{"enum", field_names()}};
            out["additionalProperties"] = std::move(inner);
            return out;
        } else if constexpr (std::is_same_v<Field, value>) {
            return object{};
        } else if constexpr (std::is_same_v<Field, std::string>) {
            return object{{"type", "string"}};
        } else if constexpr (std::is_same_v<Field, bool>) {
            return object{{"type", "boolean"}};
        } else if constexpr (std::is_same_v<Field, double>) {
            return object{{"type", "number"}};
        } else if constexpr (std::is_same_v<Field, std::int64_t>) {
            object out{{"type", "integer"}};
            if (auto const* range = spec_range(owner, member)) {
                out["minimum"] = range->low;
                out["maximum"] = range->high;
            }
            return out;
        } else if constexpr (base::detail::Enum<Field>) {
            array names;
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<Field>>(
                [&](auto entry) { names.emplace_back(base::snake_case(entry.name)); });
            return object{{"enum", std::move(names)}};
        } else {
            return of_struct<Field>();
        }
    }

    object take_definitions() { return std::move(definitions_); }

private:
    static array field_names()
    {
        array out;
        for (auto const& name : all_fields()) out.emplace_back(name);
        return out;
    }

    std::set<std::string> begun_;
    object definitions_;
};

} // namespace

std::string source_schema()
{
    Schema schema;
    static_cast<void>(schema.of_struct<SourceSpec>());
    auto definitions = schema.take_definitions();
    auto root = definitions.at("SourceSpec").as_object();
    definitions.erase("SourceSpec");
    object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
               {"title", "A source of catalog/sources; docs/sources.md explains it"}};
    for (auto const& member : root) out[member.key()] = member.value();
    out["required"] = array{"id", "title", "help", "terms"};
    out["$defs"] = std::move(definitions);
    return base::pretty_json(out);
}

} // namespace discovery
