#pragma once
#include "discovery/spec.h"

#include <boost/core/type_name.hpp>

namespace discovery {

inline constexpr std::size_t spec_text_bytes_max = 4'000;
inline constexpr std::size_t spec_list_max = 200;
inline constexpr int spec_nesting_max = 16;

/// A range that a number of a spec must keep; the schema is made of the same table.
struct Range {
    std::string_view member; ///< "Limits.interval_ms"
    std::int64_t low;
    std::int64_t high;
};
/// Null for a number without a range of its own.
Range const* spec_range(std::string_view type, std::string_view member);

/// "Limits" for discovery::Limits.
template <class T> std::string spec_type_name()
{
    auto const whole = boost::core::type_name<T>();
    return whole.substr(whole.rfind(':') + 1);
}

template <class Owner, class Field, class Visit>
void walk_member(Field const& field, std::string const& place, std::string_view name, Visit const& visit, int depth);

/// Goes through every number, text and list of a spec. `visit(place, range or null, value)` for numbers,
/// `measure(place, size, text?)` for texts and lists.
template <class T, class Visit>
void walk_spec(T const& thing, std::string const& place, Visit const& visit, int depth = 0)
{
    visit.nesting(place, depth);
    boost::mp11::mp_for_each<base::detail::Members<T>>([&](auto member) {
        walk_member<T>(thing.*member.pointer, base::detail::join_path(place, member.name), member.name, visit, depth);
    });
}

template <class Owner, class Field, class Visit>
void walk_member(Field const& field, std::string const& place, std::string_view name, Visit const& visit, int depth)
{
    if constexpr (std::is_same_v<Field, std::int64_t>) {
        visit.number(place, spec_range(spec_type_name<Owner>(), name), field);
    } else if constexpr (std::is_same_v<Field, std::string>) {
        visit.text(place, field);
    } else if constexpr (base::detail::is_optional<Field>::value) {
        if (field) walk_member<Owner>(*field, place, name, visit, depth);
    } else if constexpr (base::detail::is_vector<Field>::value) {
        visit.list(place, field.size());
        for (std::size_t i = 0; i < field.size(); ++i)
            walk_member<Owner>(field[i], fmt::format("{}[{}]", place, i), name, visit, depth);
    } else if constexpr (base::detail::is_map<Field>::value) {
        visit.list(place, field.size());
        for (auto const& [key, value] : field) {
            visit.text(place + "." + key, key);
            walk_member<Owner>(value, place + "." + key, name, visit, depth);
        }
    } else if constexpr (base::detail::Struct<Field>) {
        walk_spec(field, place, visit, depth + 1);
    }
}

} // namespace discovery
