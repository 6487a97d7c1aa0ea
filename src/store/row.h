#pragma once
#include "base/clock.h"
#include "base/error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace store {

/// What a column can hold on both databases. JSON is text, a time is epoch milliseconds, a flag is 0 or 1.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

namespace detail {
template <class T> struct is_optional : std::false_type {};
template <class T> struct is_optional<std::optional<T>> : std::true_type {};
[[noreturn]] void fail_column(std::string_view column, std::string_view wanted, Value const& value);
std::string text_of(Value const& value, std::string_view column);
std::int64_t integer_of(Value const& value, std::string_view column);
double number_of(Value const& value, std::string_view column);
} // namespace detail

/// Any argument of a statement as a Value.
template <class T> Value to_value(T const& value)
{
    if constexpr (std::is_same_v<T, Value>)
        return value;
    else if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t>)
        return nullptr;
    else if constexpr (detail::is_optional<T>::value)
        return value ? to_value(*value) : Value(nullptr);
    else if constexpr (std::is_same_v<T, base::Time>)
        return std::int64_t{value.time_since_epoch().count()};
    else if constexpr (std::is_floating_point_v<T>)
        return static_cast<double>(value);
    else if constexpr (std::is_integral_v<T>)
        return static_cast<std::int64_t>(value);
    else
        return std::string(value);
}

/// One row of an answer. A column of another type, or null where T is not an optional, raises Internal naming it.
class Row {
public:
    using Columns = std::vector<std::string>;
    Row(std::shared_ptr<Columns const> columns, std::vector<Value> values)
        : columns_(std::move(columns)), values_(std::move(values))
    {
    }
    /// T: std::string, integers, double, bool, base::Time, or an optional of these.
    template <class T> T get(std::size_t column) const
    {
        return convert<T>(values_.at(column), (*columns_).at(column));
    }
    template <class T> T get(std::string_view column) const { return get<T>(index_of(column)); }
    bool is_null(std::size_t column) const { return std::holds_alternative<std::nullptr_t>(values_.at(column)); }
    std::size_t size() const { return values_.size(); }
    Value const& value(std::size_t column) const { return values_.at(column); }
    std::string_view name(std::size_t column) const { return columns_->at(column); }

private:
    std::size_t index_of(std::string_view column) const;
    template <class T> static T convert(Value const& value, std::string_view column)
    {
        if constexpr (detail::is_optional<T>::value) {
            if (std::holds_alternative<std::nullptr_t>(value)) return std::nullopt;
            return convert<typename T::value_type>(value, column);
        } else if constexpr (std::is_same_v<T, base::Time>) {
            return base::Time(base::Milliseconds(detail::integer_of(value, column)));
        } else if constexpr (std::is_same_v<T, bool>) {
            return detail::integer_of(value, column) != 0;
        } else if constexpr (std::is_integral_v<T>) {
            return static_cast<T>(detail::integer_of(value, column));
        } else if constexpr (std::is_floating_point_v<T>) {
            return static_cast<T>(detail::number_of(value, column));
        } else {
            return T(detail::text_of(value, column));
        }
    }

    std::shared_ptr<Columns const> columns_;
    std::vector<Value> values_;
};

/// The answer to one statement.
struct Rows {
    std::vector<Row> rows;
    std::int64_t changes = 0; ///< rows that an INSERT, UPDATE or DELETE touched
    bool empty() const { return rows.empty(); }
    std::size_t size() const { return rows.size(); }
    Row const& operator[](std::size_t index) const { return rows.at(index); }
    auto begin() const { return rows.begin(); }
    auto end() const { return rows.end(); }
};

} // namespace store
