#pragma once
#include "base/json.h"
#include "store/connection.h"

/// A described struct is a row: each member is the column of its name. Enumerators are stored as their JSON text.
namespace store {

namespace detail {

template <class T> Value field_value(T const& field)
{
    if constexpr (base::detail::Enum<T>)
        return base::enum_text(field);
    else
        return to_value(field);
}

template <class T> void read_field(T& field, Row const& row, std::size_t column, char const* name)
{
    if constexpr (base::detail::Enum<T>)
        field = base::enum_value<T>(row.get<std::string>(column), name);
    else
        field = row.get<T>(column);
}

template <class T> T read_cell(Cells const& cells, std::size_t column)
{
    if constexpr (is_optional<T>::value) {
        if (cells.is_null(column)) return std::nullopt;
        return read_cell<typename T::value_type>(cells, column);
    } else {
        if (cells.is_null(column)) fail_column(cells.name(column), "a value", nullptr);
        if constexpr (base::detail::Enum<T>)
            return base::enum_value<T>(cells.text(column), cells.name(column));
        else if constexpr (std::is_same_v<T, base::Time>)
            return base::Time(base::Milliseconds(cells.integer(column)));
        else if constexpr (std::is_same_v<T, bool>)
            return cells.integer(column) != 0;
        else if constexpr (std::is_integral_v<T>)
            return static_cast<T>(cells.integer(column));
        else if constexpr (std::is_floating_point_v<T>)
            return static_cast<T>(cells.number(column));
        else
            return T(cells.text(column));
    }
}

} // namespace detail

/// "id, owner_id, state": to select in the order that record() reads.
template <base::detail::Struct T> std::string columns()
{
    std::string text;
    boost::mp11::mp_for_each<base::detail::Members<T>>([&](auto member) {
        if (!text.empty()) text += ", ";
        text += member.name;
    });
    return text;
}

/// "$1, $2, $3": one for each column.
template <base::detail::Struct T> std::string placeholders()
{
    std::string text;
    int number = 0;
    boost::mp11::mp_for_each<base::detail::Members<T>>(
        [&](auto) { text += fmt::format("{}${}", text.empty() ? "" : ", ", ++number); });
    return text;
}

template <base::detail::Struct T> std::vector<Value> values(T const& record)
{
    std::vector<Value> out;
    boost::mp11::mp_for_each<base::detail::Members<T>>(
        [&](auto member) { out.push_back(detail::field_value(record.*member.pointer)); });
    return out;
}

/// Reads a row that was selected with columns<T>().
template <base::detail::Struct T> T record(Row const& row)
{
    T out{};
    std::size_t column = 0;
    boost::mp11::mp_for_each<base::detail::Members<T>>(
        [&](auto member) { detail::read_field(out.*member.pointer, row, column++, member.name); });
    return out;
}

template <base::detail::Struct T> std::vector<T> records(Rows const& rows)
{
    std::vector<T> out;
    out.reserve(rows.size());
    for (auto const& row : rows) out.push_back(record<T>(row));
    return out;
}

/// The rows of a SELECT of columns<T>(), read straight into place: for lists that are asked for often.
template <base::detail::Struct T>
std::vector<T> select(Connection& connection, std::string const& sql, std::vector<Value> const& arguments)
{
    std::vector<T> out;
    connection.each(sql, arguments, [&](Cells const& cells) {
        auto& row = out.emplace_back();
        std::size_t column = 0;
        boost::mp11::mp_for_each<base::detail::Members<T>>([&](auto member) {
            using Field = std::remove_cvref_t<decltype(row.*member.pointer)>;
            row.*member.pointer = detail::read_cell<Field>(cells, column++);
        });
    });
    return out;
}

template <base::detail::Struct T> std::optional<T> first_record(Rows const& rows)
{
    if (rows.empty()) return std::nullopt;
    return record<T>(rows[0]);
}

/// INSERT of the whole record; `suffix` may hold an ON CONFLICT clause.
template <base::detail::Struct T>
Rows insert_record(Connection& connection, std::string_view table, T const& row, std::string_view suffix = "")
{
    static auto const names = columns<T>();
    static auto const numbers = placeholders<T>();
    return connection.run(fmt::format("INSERT INTO {}({}) VALUES({}){}", table, names, numbers, suffix), values(row));
}

/// UPDATE of every column but id, owner_id and created_at, by id; false where there is no such row.
template <base::detail::Struct T> bool update_record(Connection& connection, std::string_view table, T const& row)
{
    std::vector<Value> arguments{to_value(row.id)};
    std::string assignments;
    boost::mp11::mp_for_each<base::detail::Members<T>>([&](auto member) {
        std::string_view const name = member.name;
        if (name == "id" || name == "owner_id" || name == "created_at") return;
        arguments.push_back(detail::field_value(row.*member.pointer));
        assignments += fmt::format("{}{} = ${}", assignments.empty() ? "" : ", ", name, arguments.size());
    });
    return connection.run(fmt::format("UPDATE {} SET {} WHERE id = $1", table, assignments), arguments).changes == 1;
}

/// A WHERE with as many conditions as a filter has, and a limit.
class Where {
public:
    Where(int limit, int limit_max) : limit_(limit)
    {
        if (limit < 1 || limit > limit_max)
            base::fail(base::ErrorCode::InvalidInput, "limit: {} is outside [1, {}]", limit, limit_max);
    }
    /// `condition` is our own text, as in "id <"; the value becomes an argument.
    template <class T> void add(std::string_view condition, T const& value)
    {
        arguments_.push_back(to_value(value));
        text_ += fmt::format("{} {} ${}", text_.empty() ? " WHERE" : " AND", condition, arguments_.size());
    }
    void add_text(std::string_view condition)
    {
        text_ += fmt::format("{} {}", text_.empty() ? " WHERE" : " AND", condition);
    }
    Rows run(Connection& connection, std::string_view select, std::string_view order, int offset = 0) const
    {
        auto const sql = statement(select, order);
        return connection.run(offset > 0 ? fmt::format("{} OFFSET {}", sql, offset) : sql, arguments_and_limit());
    }
    template <class T>
    std::vector<T> select(Connection& connection, std::string_view what, std::string_view order) const
    {
        return store::select<T>(connection, statement(what, order), arguments_and_limit());
    }

private:
    std::string statement(std::string_view select, std::string_view order) const
    {
        return fmt::format("{}{} {} LIMIT ${}", select, text_, order, arguments_.size() + 1);
    }
    std::vector<Value> arguments_and_limit() const
    {
        auto arguments = arguments_;
        arguments.emplace_back(std::int64_t{limit_});
        return arguments;
    }

    int limit_;
    std::vector<Value> arguments_;
    std::string text_;
};

} // namespace store
