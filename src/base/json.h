#pragma once
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// JSON over Boost.Describe: `from_json<T>(value)` with the path in its errors, `to_json(value)` straight to text.
/// Enumerators are PascalCase in C++ and snake_case in JSON; times are RFC 3339; empty optionals are null.
namespace base {

namespace json = boost::json;

/// JSON text that is spliced in as it is (a JSON column of the database, for instance).
struct RawJson {
    std::string text;
};

/// Parses one document. InvalidInput says where it breaks; `what` names the text in the message.
json::value parse_json(std::string_view text, std::string_view what);

namespace detail {
template <class T> struct is_optional : std::false_type {};
template <class T> struct is_optional<std::optional<T>> : std::true_type {};
template <class T> struct is_vector : std::false_type {};
template <class T> struct is_vector<std::vector<T>> : std::true_type {};
template <class T> struct is_map : std::false_type {};
template <class T, class C> struct is_map<std::map<std::string, T, C>> : std::true_type {};
template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
template <class T>
concept Struct = boost::describe::has_describe_members<T>::value && std::is_class_v<T>;
template <class T>
concept Enum = boost::describe::has_describe_enumerators<T>::value;

void put_string(std::string& out, std::string_view text);
void put_double(std::string& out, double value);
[[noreturn]] void fail_type(std::string const& path, std::string_view expected);
} // namespace detail

namespace detail {
/// The enumerators as they stand in JSON, made once.
template <Enum T> auto const& enum_names()
{
    static auto const names = [] {
        std::vector<std::pair<T, std::string>> out;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
            [&](auto entry) { out.emplace_back(entry.value, snake_case(entry.name)); });
        return out;
    }();
    return names;
}
template <Enum T> std::string_view enum_name(T value)
{
    for (auto const& [entry, name] : enum_names<T>())
        if (entry == value) return name;
    return "unknown";
}
} // namespace detail

/// The enumerator as it stands in JSON.
template <detail::Enum T> std::string enum_text(T value) { return std::string(detail::enum_name(value)); }

/// The inverse of enum_text; InvalidInput names the path and lists what is allowed.
template <detail::Enum T> T enum_value(std::string_view text, std::string_view path)
{
    for (auto const& [entry, name] : detail::enum_names<T>())
        if (name == text) return entry;
    std::string allowed;
    for (auto const& [entry, name] : detail::enum_names<T>()) allowed += (allowed.empty() ? "" : ", ") + name;
    fail(ErrorCode::InvalidInput, "{}: '{}' is none of {}", path, text, allowed);
}

template <class T> T from_json(json::value const& value, std::string const& path = "");

namespace detail {

inline std::string join_path(std::string const& path, std::string_view name)
{
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

template <class T> void read_struct(T& out, json::value const& value, std::string const& path)
{
    auto const* object = value.if_object();
    if (!object) fail_type(path, "an object");
    std::size_t known = 0;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        using Field = std::remove_cvref_t<decltype(out.*member.pointer)>;
        if (auto const* field = object->if_contains(member.name)) {
            out.*member.pointer = from_json<Field>(*field, join_path(path, member.name));
            ++known;
        }
    });
    if (known == object->size()) return;
    for (auto const& field : *object) {
        bool found = false;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) { found |= field.key() == member.name; });
        if (!found) fail(ErrorCode::InvalidInput, "{}: unknown field", join_path(path, field.key()));
    }
}

template <class T> T read_number(json::value const& value, std::string const& path)
{
    if constexpr (std::is_floating_point_v<T>) {
        if (!value.is_number()) fail_type(path, "a number");
        return value.to_number<T>();
    } else {
        boost::system::error_code error;
        auto const number = value.to_number<T>(error); // refuses fractions and what does not fit
        if (error) fail_type(path, "a whole number in range");
        return number;
    }
}

} // namespace detail

/// Reads a described struct. A missing field keeps its default; an unknown one is an error that names it.
template <class T> T from_json(json::value const& value, std::string const& path)
{
    if constexpr (std::is_same_v<T, json::value>) {
        return value;
    } else if constexpr (std::is_same_v<T, RawJson>) {
        return {json::serialize(value)};
    } else if constexpr (detail::is_optional<T>::value) {
        if (value.is_null()) return std::nullopt;
        return from_json<typename T::value_type>(value, path);
    } else if constexpr (detail::is_vector<T>::value) {
        auto const* array = value.if_array();
        if (!array) detail::fail_type(path, "an array");
        T out;
        out.reserve(array->size());
        for (auto const& item : *array)
            out.push_back(from_json<typename T::value_type>(item, fmt::format("{}[{}]", path, out.size())));
        return out;
    } else if constexpr (detail::is_map<T>::value) {
        auto const* object = value.if_object();
        if (!object) detail::fail_type(path, "an object");
        T out;
        for (auto const& field : *object)
            out.emplace(field.key(),
                        from_json<typename T::mapped_type>(field.value(), detail::join_path(path, field.key())));
        return out;
    } else if constexpr (std::is_same_v<T, Time>) {
        auto const* text = value.if_string();
        auto const time = text ? parse_time(*text) : std::nullopt;
        if (!time) detail::fail_type(path, "a time like 2026-11-20T10:00:00Z");
        return *time;
    } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::filesystem::path>) {
        auto const* text = value.if_string();
        if (!text) detail::fail_type(path, "a string");
        return T(std::string_view(*text));
    } else if constexpr (std::is_same_v<T, bool>) {
        auto const* flag = value.if_bool();
        if (!flag) detail::fail_type(path, "true or false");
        return *flag;
    } else if constexpr (std::is_arithmetic_v<T>) {
        return detail::read_number<T>(value, path);
    } else if constexpr (detail::Enum<T>) {
        auto const* text = value.if_string();
        if (!text) detail::fail_type(path, "a string");
        return enum_value<T>(*text, path);
    } else {
        static_assert(detail::Struct<T>, "describe the type with BOOST_DESCRIBE_STRUCT");
        T out{};
        detail::read_struct(out, value, path);
        return out;
    }
}

/// Parses and reads in one step.
template <class T> T read_json(std::string_view text, std::string_view what)
{
    return from_json<T>(parse_json(text, what));
}

/// Appends a value as JSON; doubles in their shortest exact form, infinities as null.
template <class T> void put_json(std::string& out, T const& value)
{
    if constexpr (std::is_same_v<T, RawJson>) {
        out += value.text.empty() ? "null" : value.text;
    } else if constexpr (std::is_same_v<T, json::value> || std::is_same_v<T, json::object>) {
        out += json::serialize(value);
    } else if constexpr (detail::is_optional<T>::value) {
        if (value)
            put_json(out, *value);
        else
            out += "null";
    } else if constexpr (detail::is_vector<T>::value) {
        out += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i > 0) out += ',';
            put_json(out, static_cast<typename T::value_type const&>(value[i]));
        }
        out += ']';
    } else if constexpr (detail::is_map<T>::value) {
        auto separator = '{';
        for (auto const& [key, item] : value) {
            out += separator;
            separator = ',';
            detail::put_string(out, key);
            out += ':';
            put_json(out, item);
        }
        out += separator == '{' ? "{}" : "}";
    } else if constexpr (std::is_same_v<T, Time>) {
        put_time(out += '"', value);
        out += '"';
    } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
        detail::put_string(out, value.string());
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
        detail::put_string(out, value);
    } else if constexpr (std::is_same_v<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::is_floating_point_v<T>) {
        detail::put_double(out, value);
    } else if constexpr (std::is_arithmetic_v<T>) {
        char digits[24];
        out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    } else if constexpr (detail::Enum<T>) {
        (out += '"').append(detail::enum_name(value)) += '"';
    } else {
        static_assert(detail::Struct<T>, "describe the type with BOOST_DESCRIBE_STRUCT");
        auto separator = '{';
        boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) {
            out += separator;
            separator = ',';
            (out += '"').append(member.name) += "\":"; // a C++ name needs no escapes
            put_json(out, value.*member.pointer);
        });
        out += separator == '{' ? "{}" : "}";
    }
}

template <class T> std::string to_json(T const& value)
{
    std::string out;
    put_json(out, value);
    return out;
}

/// Indented by two spaces, for files that people read.
std::string pretty_json(json::value const& value);
template <class T> std::string to_pretty_json(T const& value)
{
    return pretty_json(parse_json(to_json(value), "json"));
}

} // namespace base
