#include "store/migrations.h"

#include "database_case.h"
#include "store/tables/jobs.h"

#include <latch>
#include <sqlite3.h>

using base::ErrorCode;
using store::Migration;

class MigrationsTest : public test::DatabaseCase {
protected:
    store::Database database_{new_location()};
    std::vector<Migration> list_{{1, "0001_one", "CREATE TABLE one (id TEXT); INSERT INTO one VALUES('a;b')"},
                                 {2, "0002_two", "CREATE TABLE two (id TEXT)"},
                                 {3, "0003_three", "ALTER TABLE two ADD COLUMN n BIGINT"}};
};
ON_BOTH_DATABASES(MigrationsTest);

TEST_P(MigrationsTest, they_are_applied_once_and_in_order)
{
    auto const first = store::migrate(database_, clock_, std::span(list_).first(1));
    EXPECT_EQ(first.from, 0);
    EXPECT_EQ(first.to, 1);
    auto const rest = store::migrate(database_, clock_, list_);
    EXPECT_EQ(rest.applied, (std::vector<std::string>{"0002_two", "0003_three"}));
    EXPECT_TRUE(store::migrate(database_, clock_, list_).applied.empty());
    EXPECT_EQ(store::version_of(database_), 3);
    EXPECT_EQ(database_.query("SELECT id FROM one")[0].get<std::string>(0), "a;b");
}

TEST_P(MigrationsTest, a_newer_database_is_refused_and_both_versions_are_named)
{
    store::migrate(database_, clock_, list_);
    auto const error = test::error_of([&] { store::migrate(database_, clock_, std::span(list_).first(2)); });
    EXPECT_EQ(error.code, ErrorCode::Conflict);
    EXPECT_STREQ(error.what(), "the database is at version 3 (0003_three) and this program knows up to version 2");
    EXPECT_NE(error.next_action.find("newer ettametta"), std::string::npos);
}

TEST_P(MigrationsTest, an_edited_migration_is_refused)
{
    store::migrate(database_, clock_, list_);
    list_[1].sql = "CREATE TABLE two (id TEXT, edited TEXT)";
    auto const error = test::error_of([&] { store::migrate(database_, clock_, list_); });
    EXPECT_EQ(error.code, ErrorCode::Conflict);
    EXPECT_NE(std::string(error.what()).find("0002_two"), std::string::npos);
}

TEST_P(MigrationsTest, a_migration_that_fails_leaves_nothing_of_itself)
{
    list_[1].sql = "CREATE TABLE two (id TEXT); INSERT INTO nowhere VALUES(1)";
    EXPECT_EQ(test::error_of([&] { store::migrate(database_, clock_, list_); }).code, ErrorCode::Internal);
    EXPECT_EQ(store::version_of(database_), 1);
    EXPECT_EQ(test::error_of([&] { database_.query("SELECT id FROM two"); }).code, ErrorCode::Internal);
    list_[1].sql = "CREATE TABLE two (id TEXT)";
    EXPECT_EQ(store::migrate(database_, clock_, list_).to, 3);
}

TEST_P(MigrationsTest, programs_that_start_together_do_not_collide)
{
    constexpr int programs = 4;
    std::latch ready(programs);
    std::atomic<int> applied = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < programs; ++i)
            threads.emplace_back([&] {
                store::Database mine(database_.location());
                ready.arrive_and_wait();
                applied += static_cast<int>(store::migrate(mine, clock_, list_).applied.size());
            });
    }
    EXPECT_EQ(applied, 3);
    EXPECT_TRUE(store::check(database_, list_).ok);
}

TEST_P(MigrationsTest, check_says_what_is_wrong)
{
    auto report = store::check(database_, list_);
    EXPECT_FALSE(report.ok);
    ASSERT_EQ(report.problems.size(), 1U);
    EXPECT_EQ(report.problems[0], "3 migrations wait: run ettametta db migrate");
    store::migrate(database_, clock_, list_);
    report = store::check(database_, list_);
    EXPECT_TRUE(report.ok);
    EXPECT_EQ(report.version, 3);
    EXPECT_FALSE(store::check(database_, std::span(list_).first(1)).ok);
}

TEST_P(MigrationsTest, the_program_holds_its_own_migrations)
{
    EXPECT_EQ(store::migrate(database_, clock_).to, static_cast<int>(store::all_migrations().size()));
    EXPECT_TRUE(store::check(database_).ok);
    EXPECT_EQ(database_.query("SELECT id FROM jobs").size(), 0U);
}

TEST(SqliteMigrations, check_finds_a_row_whose_parent_is_gone)
{
    base::TemporaryFolder const folder;
    base::FixedClock const clock{base::Time{}};
    store::Database database((folder.path() / "a.db").string());
    std::vector<Migration> const list{
        {1, "0001_a", "CREATE TABLE p (id TEXT PRIMARY KEY); CREATE TABLE c (p TEXT REFERENCES p(id))"}};
    store::migrate(database, clock, list);
    sqlite3* raw = nullptr; // a program that does not ask for foreign keys
    ASSERT_EQ(sqlite3_open(database.location().c_str(), &raw), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(raw, "INSERT INTO c VALUES('gone')", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
    auto const report = store::check(database, list);
    ASSERT_EQ(report.problems.size(), 1U);
    EXPECT_NE(report.problems[0].find("foreign key"), std::string::npos);
}
