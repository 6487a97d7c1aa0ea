#pragma once
// Tests that hold on both databases: TEST_P(Suite, ...) on DatabaseCase, then ON_BOTH_DATABASES(Suite).
#include "postgres_server.h"
#include "store/migrations.h"
#include "support.h"

namespace test {

class DatabaseCase : public testing::TestWithParam<store::Engine> {
protected:
    /// A place for a new, empty database.
    std::string new_location()
    {
        if (GetParam() == store::Engine::Postgres) return PostgresServer::shared().create_database();
        return (folder_.path() / ("store" + std::to_string(++files_) + ".db")).string();
    }
    /// A new database with all tables; nobody pulls the plug on it, so it need not wait for the disk.
    std::unique_ptr<store::Database> new_database(store::DatabaseOptions const& options = {
                                                      .survives_power_loss = false})
    {
        auto database = std::make_unique<store::Database>(new_location(), options);
        store::migrate(*database, clock_);
        return database;
    }
    bool on_sqlite() const { return GetParam() == store::Engine::Sqlite; }

    base::TemporaryFolder folder_;
    base::FixedClock clock_{*base::parse_time("2026-11-20T10:00:00Z")};
    base::Random random_{7};
    base::Ids ids_{clock_, random_};

private:
    int files_ = 0;
};

#define ON_BOTH_DATABASES(Suite)                                                                                       \
    INSTANTIATE_TEST_SUITE_P(                                                                                          \
        OnBoth, Suite, testing::Values(store::Engine::Sqlite, store::Engine::Postgres),                                \
        [](auto const& the) { return std::string(the.param == store::Engine::Sqlite ? "Sqlite" : "Postgres"); })

} // namespace test
