#include "api/schema.h"

#include <boost/core/demangle.hpp>
#include <cmath>

namespace api {

using base::ErrorCode;
using base::fail;
using base::json::object;
using base::json::value;

static constexpr std::size_t shown_max = 60; // characters of a wrong value in a message

std::string Schemas::name_of(std::type_info const& type, Direction direction)
{
    auto const last = [](std::string_view name) {
        auto const colon = name.rfind("::");
        return std::string(colon == std::string_view::npos ? name : name.substr(colon + 2));
    };
    auto name = boost::core::demangle(type.name());
    if (auto const open = name.find('<'); open != std::string::npos) // Page<JobView> -> JobViewPage
        name = last(name.substr(open + 1, name.rfind('>') - open - 1)) + last(name.substr(0, open));
    else
        name = last(name);
    if (direction == Direction::Input && !name.ends_with("Input")) name += "Input";
    return name;
}

object detail::nullable(value schema)
{
    auto* plain = schema.if_object();
    auto const says = [&](char const* what) { return plain && plain->contains(what); };
    if (plain && !says("type") && !says("$ref") && !says("anyOf")) return std::move(*plain); // anything, null too
    auto* type = plain ? plain->if_contains("type") : nullptr;
    if (type && type->is_string()) {
        *type = base::json::array{*type, "null"};
        if (auto* names = plain->if_contains("enum")) names->as_array().emplace_back(nullptr);
        return std::move(*plain);
    }
    return {{"anyOf", base::json::array{std::move(schema), object{{"type", "null"}}}}};
}

value detail::limit(double number)
{
    return number == std::floor(number) && std::abs(number) < 1e15 ? value(static_cast<std::int64_t>(number))
                                                                   : value(number);
}

void Schemas::add_rule(object& schema, FieldRule const& rule)
{
    // Beside a $ref these are allowed since JSON Schema 2019-09, and OpenAPI 3.1 follows it.
    if (!rule.help.empty()) schema["description"] = rule.help;
    if (!rule.example.empty()) schema["examples"] = base::json::array{base::parse_json(rule.example, "an example")};
}

namespace {

/// One value against one schema.
class Check {
public:
    explicit Check(object const& components) : components_(components) {}

    void run(value const& given, value const& wanted, std::string const& path) const
    {
        auto const& schema = wanted.as_object();
        if (auto const* reference = schema.if_contains("$ref")) {
            auto const text = std::string_view(reference->as_string());
            return run(given, components_.at(text.substr(text.rfind('/') + 1)), path);
        }
        if (auto const* any = schema.if_contains("anyOf")) {
            if (!given.is_null()) run(given, any->as_array().front(), path); // the other one is null
            return;
        }
        type(given, schema, path);
        if (auto const* text = given.if_string()) string(*text, schema, path);
        if (given.is_number()) number(given.to_number<double>(), schema, path);
        if (auto const* list = given.if_array()) array(*list, schema, path);
        if (auto const* fields = given.if_object()) structure(*fields, schema, path);
    }

private:
    static std::string name(std::string const& path) { return path.empty() ? "the body" : path; }
    /// What was given, for the message; never where it is, or should be, a secret.
    static std::string shown(value const& given, object const& schema)
    {
        auto const* format = schema.if_contains("format");
        if (format && *format == "password") return "what was given";
        auto text = base::json::serialize(given);
        return text.size() > shown_max ? base::truncate_utf8(text, shown_max) + "..." : text;
    }

    static bool is(value const& given, std::string_view type)
    {
        if (type == "null") return given.is_null();
        if (type == "string") return given.is_string();
        if (type == "boolean") return given.is_bool();
        if (type == "array") return given.is_array();
        if (type == "object") return given.is_object();
        if (type == "number") return given.is_number();
        return given.is_int64() || given.is_uint64();
    }

    static void type(value const& given, object const& schema, std::string const& path)
    {
        auto const* wanted = schema.if_contains("type");
        if (!wanted) return;
        std::string allowed;
        auto const one = [&](value const& type) {
            allowed += (allowed.empty() ? "" : " or ") + std::string(type.as_string());
            return is(given, type.as_string());
        };
        bool fits = false;
        if (wanted->is_string()) fits = one(*wanted);
        if (auto const* list = wanted->if_array())
            for (auto const& type : *list) fits = one(type) || fits;
        if (!fits) fail(ErrorCode::InvalidInput, "{}: {} is not of type {}", name(path), shown(given, schema), allowed);
    }

    static void string(base::json::string const& text, object const& schema, std::string const& path)
    {
        if (!base::is_utf8(text)) // parsing has checked the rest
            fail(ErrorCode::InvalidInput, "{}: holds a NUL, which no database keeps", name(path));
        auto const length = base::utf8_length(text);
        if (auto const* names = schema.if_contains("enum")) {
            std::string allowed;
            for (auto const& entry : names->as_array()) {
                if (!entry.is_string()) continue;
                if (entry.as_string() == text) return;
                allowed += (allowed.empty() ? "" : ", ") + std::string(entry.as_string());
            }
            fail(ErrorCode::InvalidInput, "{}: {} is none of {}", name(path), shown(text, schema), allowed);
        }
        if (auto const* min = schema.if_contains("minLength"); min && length < min->to_number<std::size_t>())
            fail(ErrorCode::InvalidInput, "{}: {} has {} characters, fewer than {}", name(path), shown(text, schema),
                 length, min->to_number<std::size_t>());
        if (auto const* max = schema.if_contains("maxLength"); max && length > max->to_number<std::size_t>())
            fail(ErrorCode::InvalidInput, "{}: {} characters are more than {}", name(path), length,
                 max->to_number<std::size_t>());
        auto const* format = schema.if_contains("format");
        if (format && format->is_string() && format->as_string() == "date-time" && !base::parse_time(text))
            fail(ErrorCode::InvalidInput, "{}: {} is not a time like 2026-11-20T10:00:00Z", name(path),
                 shown(text, schema));
    }

    static void number(double given, object const& schema, std::string const& path)
    {
        auto const* min = schema.if_contains("minimum");
        auto const* max = schema.if_contains("maximum");
        if ((min && given < min->to_number<double>()) || (max && given > max->to_number<double>()))
            fail(ErrorCode::InvalidInput, "{}: {} is outside [{}, {}]", name(path), given,
                 min ? fmt::to_string(min->to_number<double>()) : "-inf",
                 max ? fmt::to_string(max->to_number<double>()) : "inf");
    }

    void array(base::json::array const& list, object const& schema, std::string const& path) const
    {
        auto const* min = schema.if_contains("minItems");
        auto const* max = schema.if_contains("maxItems");
        if ((min && list.size() < min->to_number<std::size_t>()) ||
            (max && list.size() > max->to_number<std::size_t>()))
            fail(ErrorCode::InvalidInput, "{}: {} items are outside [{}, {}]", name(path), list.size(),
                 min ? min->to_number<std::size_t>() : 0, max ? max->to_number<std::size_t>() : list_items_max);
        if (auto const* items = schema.if_contains("items"))
            for (std::size_t i = 0; i < list.size(); ++i) run(list[i], *items, fmt::format("{}[{}]", path, i));
    }

    void structure(object const& fields, object const& schema, std::string const& path) const
    {
        auto const* known = schema.if_contains("properties");
        auto const* others = schema.if_contains("additionalProperties");
        auto const* max = schema.if_contains("maxProperties");
        if (max && fields.size() > max->to_number<std::size_t>())
            fail(ErrorCode::InvalidInput, "{}: {} fields are more than {}", name(path), fields.size(),
                 max->to_number<std::size_t>());
        for (auto const& field : fields) {
            auto const inner = base::detail::join_path(path, field.key());
            if (auto const* property = known ? known->as_object().if_contains(field.key()) : nullptr)
                run(field.value(), *property, inner);
            else if (others && others->is_object())
                run(field.value(), *others, inner);
            else if (others && others->is_bool() && !others->as_bool())
                fail(ErrorCode::InvalidInput, "{}: unknown field", base::truncate_utf8(inner, shown_max));
        }
        if (auto const* required = schema.if_contains("required"))
            for (auto const& field : required->as_array())
                if (!fields.contains(field.as_string()))
                    fail(ErrorCode::InvalidInput, "{}: is missing",
                         base::detail::join_path(path, std::string_view(field.as_string())));
    }

    object const& components_;
};

} // namespace

void check_schema(value const& given, value const& schema, object const& components, std::string const& path)
{
    Check(components).run(given, schema, path);
}

} // namespace api
