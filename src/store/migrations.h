#pragma once
#include "base/json.h"
#include "store/database.h"

#include <span>

namespace store {

/// One file of db/migrations, part of the program. A released one never changes: the next number mends it. What differs
/// between the databases stands after a line "-- only sqlite" or "-- only postgres", what does not after "-- both".
struct Migration {
    int version;
    std::string_view name; ///< "0001_start"
    std::string_view sql;
};

/// In order of their numbers, which begin at 1 and have no gaps.
std::span<Migration const> all_migrations();

struct MigrationReport {
    int from = 0;
    int to = 0;
    std::vector<std::string> applied;
};
BOOST_DESCRIBE_STRUCT(MigrationReport, (), (from, to, applied))

/// Brings the database to this program's version, each migration in a transaction of its own and under a lock, so that
/// programs that start together don't collide. Conflict where the database is newer than the program, or where a
/// migration that was applied is no longer the one that this program holds.
MigrationReport migrate(Database& database, base::Clock const& clock,
                        std::span<Migration const> migrations = all_migrations());

/// The version that the database is at; 0 before the first migration.
int version_of(Database& database);

struct CheckReport {
    std::string database;  ///< what was looked at, without a password
    int version = 0;       ///< of the database
    int version_known = 0; ///< of the program
    bool ok = false;
    std::vector<std::string> problems; ///< at most problems_max
};
BOOST_DESCRIBE_STRUCT(CheckReport, (), (database, version, version_known, ok, problems))
inline constexpr int problems_max = 100;

/// Reads everything: pages and indexes (SQLite), foreign keys, migrations. May take long on a large database.
CheckReport check(Database& database, std::span<Migration const> migrations = all_migrations());

} // namespace store
