#pragma once
#include "api/cursor.h"
#include "api/route.h"

namespace api {

inline constexpr int page_items_max = 200;

inline FieldRule limit_rule()
{
    return {.name = "limit", .help = "Items of one page.", .min = 1, .max = page_items_max};
}
inline FieldRule cursor_rule()
{
    return {.name = "cursor", .help = "next_cursor of the page before.", .length_max = 400};
}

/// Cuts a list that was read with limit + 1 to its page.
template <class View, class Row, class Make> Page<View> page_of(std::vector<Row> const& rows, int limit, Make make)
{
    Page<View> page;
    for (auto const& row : rows) {
        if (page.items.size() == static_cast<std::size_t>(limit)) {
            page.next_cursor = encode_cursor(rows[page.items.size() - 1].id);
            break;
        }
        page.items.push_back(make(row));
    }
    return page;
}

/// The parameters of a list without filters.
struct ListQuery {
    int limit = 50;
    std::string cursor;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (limit, cursor))
inline std::vector<FieldRule> rules_of(ListQuery const*) { return {limit_rule(), cursor_rule()}; }

} // namespace api
