#pragma once
#include <optional>
#include <string_view>
#include <vector>

namespace api {

inline constexpr std::size_t text_length_max = 10'000; ///< characters of a text for which no rule says otherwise
inline constexpr std::size_t list_items_max = 1'000;   ///< items of a list, likewise

/// What is known of a field besides its type. From it come validation and the OpenAPI document; declare
/// `inline std::vector<FieldRule> rules_of(T const*)` beside the struct T.
struct FieldRule {
    std::string_view name;
    std::string_view help = {};
    bool required = false; ///< of an input; in an answer every field is there
    std::optional<double> min = std::nullopt;
    std::optional<double> max = std::nullopt;
    std::size_t length_min = 0;              ///< characters of a text, items of a list
    std::optional<std::size_t> length_max{}; ///< absent: text_length_max, list_items_max
    std::string_view format = {};            ///< "uri", "password"; "date-time" and the like follow from the type
    std::string_view example = {};           ///< as JSON
};

template <class T> std::vector<FieldRule> field_rules()
{
    if constexpr (requires { rules_of(static_cast<T const*>(nullptr)); })
        return rules_of(static_cast<T const*>(nullptr));
    else
        return {};
}

} // namespace api
