#include "store/row.h"

#include <algorithm>

namespace store {

static std::string_view kind_of(Value const& value)
{
    static constexpr std::string_view kinds[] = {"null", "an integer", "a number", "text"};
    return kinds[value.index()];
}

namespace detail {

void fail_column(std::string_view column, std::string_view wanted, Value const& value)
{
    base::fail(base::ErrorCode::Internal, "column {} holds {} where {} was wanted", column, kind_of(value), wanted);
}

std::string text_of(Value const& value, std::string_view column)
{
    if (auto const* text = std::get_if<std::string>(&value)) return *text;
    fail_column(column, "text", value);
}

std::int64_t integer_of(Value const& value, std::string_view column)
{
    if (auto const* integer = std::get_if<std::int64_t>(&value)) return *integer;
    fail_column(column, "an integer", value);
}

double number_of(Value const& value, std::string_view column)
{
    if (auto const* number = std::get_if<double>(&value)) return *number;
    return static_cast<double>(integer_of(value, column));
}

} // namespace detail

std::size_t Row::index_of(std::string_view column) const
{
    auto const found = std::find(columns_->begin(), columns_->end(), column);
    if (found == columns_->end()) base::fail(base::ErrorCode::Internal, "the answer has no column {}", column);
    return static_cast<std::size_t>(found - columns_->begin());
}

} // namespace store
