#pragma once
#include "base/json.h"
#include "store/connection.h"

#include <span>

namespace store {

/// What somebody made, and so may be given to somebody else: rows that no other row of the new owner can stand in the
/// way of. Every table with an owner is in one of these two lists.
std::span<std::string_view const> given_tables();
/// What stays where it is: what was learned or is at work under one name, and ways in.
std::span<std::string_view const> kept_tables();

/// How many rows of a table somebody has.
struct OwnedRows {
    std::string table;
    std::int64_t rows = 0;
};
BOOST_DESCRIBE_STRUCT(OwnedRows, (), (table, rows))

std::vector<OwnedRows> count_owned(Connection& connection, std::string const& owner_id);
/// Gives them all to somebody else; how many there were.
std::vector<OwnedRows> give_owned(Connection& connection, std::string const& from, std::string const& to);

} // namespace store
