#include "store/migrations.h"

#include "base/hash.h"

namespace store {

namespace {

struct Applied {
    std::int64_t version = 0;
    std::string name;
    std::string checksum;
    base::Time applied_at{};
};
BOOST_DESCRIBE_STRUCT(Applied, (), (version, name, checksum, applied_at))

} // namespace

// Any number does, as long as every program that migrates takes the same.
static constexpr std::int64_t advisory_lock = 0x65747461;

static bool has_table(Connection& connection)
{
    auto const* const sql =
        connection.engine() == Engine::Sqlite
            ? "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migrations'"
            : "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() "
              "AND table_name = 'schema_migrations'";
    return connection.query(sql)[0].get<int>(0) > 0;
}

static std::vector<Applied> applied_migrations(Connection& connection)
{
    if (!has_table(connection)) return {};
    auto const rows =
        connection.query("SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version");
    std::vector<Applied> out;
    for (auto const& row : rows)
        out.push_back(
            {row.get<std::int64_t>(0), row.get<std::string>(1), row.get<std::string>(2), row.get<base::Time>(3)});
    return out;
}

/// The first thing that keeps this program from using the database, if any.
static std::optional<base::Error> refusal(std::vector<Applied> const& applied, std::span<Migration const> migrations)
{
    auto const known = static_cast<std::int64_t>(migrations.size());
    for (auto const& row : applied) {
        if (row.version > known || row.version < 1)
            return base::Error(
                base::ErrorCode::Conflict,
                fmt::format("the database is at version {} ({}) and this program knows up to version {}",
                            applied.back().version, applied.back().name, known),
                "start the newer ettametta that wrote it, or restore the backup made before the upgrade");
        auto const& migration = migrations[static_cast<std::size_t>(row.version - 1)];
        if (row.checksum != base::sha256(migration.sql))
            return base::Error(base::ErrorCode::Conflict,
                               fmt::format("migration {} was applied with other content (as {}, checksum {:.12})",
                                           migration.name, row.name, row.checksum),
                               "use an unchanged release of ettametta; a mended table needs a migration of its own");
    }
    return std::nullopt;
}

static void check_numbers(std::span<Migration const> migrations)
{
    for (std::size_t i = 0; i < migrations.size(); ++i)
        if (migrations[i].version != static_cast<int>(i) + 1)
            base::fail(base::ErrorCode::Internal, "migration {} should have the number {}", migrations[i].name, i + 1);
}

static void lock_for_migration(Connection& connection)
{
    if (connection.engine() == Engine::Sqlite) return; // BEGIN IMMEDIATE has locked out everybody already
    connection.script("SET LOCAL statement_timeout = 0");
    connection.query("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)", advisory_lock);
}

/// What of a migration is for this database: lines after "-- only sqlite" or "-- only postgres" are for that one alone,
/// until "-- both". For what has no common form, as triggers.
static std::string part_for(Engine engine, std::string_view sql)
{
    std::string part;
    auto wanted = true;
    for (auto const& line : base::split(sql, '\n')) {
        if (line == "-- only sqlite")
            wanted = engine == Engine::Sqlite;
        else if (line == "-- only postgres")
            wanted = engine == Engine::Postgres;
        else if (line == "-- both")
            wanted = true;
        else if (wanted)
            part += line + "\n";
    }
    return part;
}

/// Applies the next migration; false where there is none.
static bool apply_next(Connection& connection, base::Clock const& clock, std::span<Migration const> migrations,
                       MigrationReport& report)
{
    lock_for_migration(connection);
    auto const applied = applied_migrations(connection);
    if (auto const error = refusal(applied, migrations)) throw *error;
    report.to = static_cast<int>(applied.size());
    if (applied.size() == migrations.size()) return false;
    connection.script("CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, "
                      "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
    auto const& next = migrations[applied.size()];
    connection.script(part_for(connection.engine(), next.sql));
    connection.query("INSERT INTO schema_migrations(version, name, checksum, applied_at) VALUES($1, $2, $3, $4)",
                     next.version, next.name, base::sha256(next.sql), clock.now());
    if (connection.engine() == Engine::Sqlite) connection.script(fmt::format("PRAGMA user_version = {}", next.version));
    report.to = next.version;
    return true;
}

MigrationReport migrate(Database& database, base::Clock const& clock, std::span<Migration const> migrations)
{
    check_numbers(migrations);
    auto const before = database.read([](Connection& connection) { return applied_migrations(connection); });
    if (auto const error = refusal(before, migrations)) throw *error;
    MigrationReport report;
    report.from = report.to = static_cast<int>(before.size());
    while (report.to < static_cast<int>(migrations.size())) {
        MigrationReport step;
        auto const did = database.transaction([&](Connection& connection) {
            step = {};
            return apply_next(connection, clock, migrations, step);
        });
        report.to = step.to;
        if (did) report.applied.emplace_back(migrations[static_cast<std::size_t>(step.to - 1)].name);
    }
    return report;
}

int version_of(Database& database)
{
    auto const applied = database.read([](Connection& connection) { return applied_migrations(connection); });
    return applied.empty() ? 0 : static_cast<int>(applied.back().version);
}

static void check_sqlite(Connection& connection, std::vector<std::string>& problems)
{
    for (auto const& row : connection.query(fmt::format("PRAGMA integrity_check({})", problems_max)))
        if (auto const text = row.get<std::string>(0); text != "ok") problems.push_back("damaged: " + text);
    for (auto const& row : connection.query("PRAGMA foreign_key_check"))
        problems.push_back(fmt::format("foreign key: row {} of {} refers to a row of {} that is not there",
                                       row.get<std::optional<std::int64_t>>(1).value_or(0), row.get<std::string>(0),
                                       row.get<std::string>(2)));
}

static void check_postgres(Connection& connection, std::vector<std::string>& problems)
{
    auto const rows = connection.query("SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                                       "JOIN pg_namespace n ON n.oid = c.relnamespace "
                                       "WHERE n.nspname = current_schema() AND NOT i.indisvalid");
    for (auto const& row : rows) problems.push_back("the index " + row.get<std::string>(0) + " is not valid");
    for (auto const& row : connection.query("SELECT conname FROM pg_constraint WHERE NOT convalidated"))
        problems.push_back("the constraint " + row.get<std::string>(0) + " was never validated");
}

CheckReport check(Database& database, std::span<Migration const> migrations)
{
    CheckReport report;
    report.database = database.describe();
    report.version_known = static_cast<int>(migrations.size());
    database.read([&](Connection& connection) {
        auto const applied = applied_migrations(connection);
        report.problems.clear();
        report.version = applied.empty() ? 0 : static_cast<int>(applied.back().version);
        if (auto const error = refusal(applied, migrations))
            report.problems.emplace_back(error->what());
        else if (applied.size() < migrations.size())
            report.problems.push_back(
                fmt::format("{} migrations wait: run ettametta db migrate", migrations.size() - applied.size()));
        if (connection.engine() == Engine::Sqlite)
            check_sqlite(connection, report.problems);
        else
            check_postgres(connection, report.problems);
    });
    if (report.problems.size() > problems_max) report.problems.resize(problems_max);
    report.ok = report.problems.empty();
    return report;
}

} // namespace store
