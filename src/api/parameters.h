#pragma once
#include "api/call.h"
#include "api/schema.h"

namespace api {

namespace detail {

/// A text of the URL as the JSON that a field of this type would have.
template <class Field> base::json::value parameter_value(std::string const& name, std::string const& text)
{
    if constexpr (base::detail::is_optional<Field>::value) {
        return parameter_value<typename Field::value_type>(name, text);
    } else if constexpr (base::detail::is_vector<Field>::value) {
        base::json::array out;
        for (auto const& item : base::split_list(text))
            out.push_back(parameter_value<typename Field::value_type>(name, item));
        return out;
    } else if constexpr (std::is_same_v<Field, bool>) {
        if (text == "true" || text == "1") return true;
        if (text == "false" || text == "0") return false;
        base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is not true or false", name, base::truncate_utf8(text, 60));
    } else if constexpr (std::is_arithmetic_v<Field>) {
        using Number = std::conditional_t<std::is_floating_point_v<Field>, double, std::int64_t>;
        Number value{};
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size())
            base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is not a number", name, base::truncate_utf8(text, 60));
        return value;
    } else {
        return base::json::string(text);
    }
}

} // namespace detail

/// Path and query as one object. InvalidInput for a parameter that the route doesn't know, or that is given twice.
template <class Parameters> base::json::value parameters_of(Call const& call)
{
    base::json::object out;
    std::size_t known = 0;
    boost::mp11::mp_for_each<base::detail::Members<Parameters>>([&](auto member) {
        using Field = std::remove_cvref_t<decltype(std::declval<Parameters>().*member.pointer)>;
        std::string const name = member.name;
        if (auto const place = call.path.find(name); place != call.path.end())
            out[name] = detail::parameter_value<Field>(name, place->second);
        for (auto const& [key, text] : call.request.query) {
            if (key != name) continue;
            if (out.contains(name)) base::fail(base::ErrorCode::InvalidInput, "{}: is given twice", name);
            if (!base::is_utf8(text)) base::fail(base::ErrorCode::InvalidInput, "{}: is not UTF-8", name);
            out[name] = detail::parameter_value<Field>(name, text);
            ++known;
        }
    });
    if (known != call.request.query.size())
        for (auto const& [key, text] : call.request.query)
            if (!out.contains(key) && !(call.by_link && key == "link"))
                base::fail(base::ErrorCode::InvalidInput, "{}: unknown parameter", base::truncate_utf8(key, 60));
    return out;
}

/// The schema of parameters as an object of its own, for the document.
template <class Parameters> base::json::value inline_schema(Schemas&)
{
    Schemas own;
    auto const name = Schemas::name_of(typeid(Parameters), Direction::Input);
    own.of<Parameters>(Direction::Input);
    return own.components().at(name);
}

} // namespace api
