#include "database_case.h"
#include "store/sqlite.h"

#include <atomic>
#include <unistd.h>

using base::ErrorCode;
using store::Connection;
using store::DatabaseError;
using store::Fault;

class DatabaseTest : public test::DatabaseCase {
protected:
    std::unique_ptr<store::Database> with_table(store::DatabaseOptions const& options = {})
    {
        auto database = std::make_unique<store::Database>(new_location(), options);
        database->transaction([](Connection& connection) {
            connection.script("CREATE TABLE parents (id TEXT PRIMARY KEY);"
                              "CREATE TABLE things (id TEXT PRIMARY KEY, n BIGINT NOT NULL CHECK (n >= 0), "
                              "x DOUBLE PRECISION, parent TEXT REFERENCES parents (id))");
        });
        return database;
    }
};
ON_BOTH_DATABASES(DatabaseTest);

template <class Work> static Fault fault_of(Work work)
{
    try {
        work();
    } catch (DatabaseError const& error) {
        return error.fault;
    }
    ADD_FAILURE() << "no database error was raised";
    return Fault::Other;
}

TEST_P(DatabaseTest, values_come_back_as_they_went_in)
{
    auto const database = with_table();
    auto const large = std::int64_t{9'007'199'254'740'993}; // not a double
    database->execute("INSERT INTO things(id, n, x) VALUES($1, $2, $3)", "ä'; DROP TABLE things; --", large, 0.1);
    database->execute("INSERT INTO things(id, n, x) VALUES($1, $2, $3)", "", 0, std::optional<double>());
    auto const rows = database->query("SELECT id, n, x FROM things ORDER BY n DESC");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].get<std::string>("id"), "ä'; DROP TABLE things; --");
    EXPECT_EQ(rows[0].get<std::int64_t>("n"), large);
    EXPECT_EQ(rows[0].get<double>("x"), 0.1);
    EXPECT_EQ(rows[1].get<std::string>(0), "");
    EXPECT_EQ(rows[1].get<std::optional<double>>(2), std::nullopt);
    EXPECT_EQ(database->query("SELECT sum(n) FROM things")[0].get<std::int64_t>(0), large);
    EXPECT_EQ(test::error_of([&] { rows[1].get<double>("x"); }).code, ErrorCode::Internal);
    EXPECT_EQ(test::error_of([&] { rows[1].get<double>("y"); }).code, ErrorCode::Internal);
    EXPECT_EQ(test::error_of([&] { rows[1].get<int>("id"); }).code, ErrorCode::Internal);
}

TEST_P(DatabaseTest, text_that_one_database_could_not_hold_is_refused_by_both)
{
    auto const database = with_table();
    for (auto const& text : {std::string("a\0b", 3), std::string("\xff"), std::string("\xed\xa0\x80")}) {
        auto const error =
            test::error_of([&] { database->execute("INSERT INTO things(id, n) VALUES($1, $2)", text, 1); });
        EXPECT_EQ(error.code, ErrorCode::InvalidInput);
    }
    EXPECT_EQ(test::error_of([&] {
                  database->execute("INSERT INTO things(id, n, x) VALUES($1, $2, $3)", "a", 1, 0.0 / 0.0);
              }).code,
              ErrorCode::InvalidInput);
    EXPECT_TRUE(database->query("SELECT id FROM things").empty());
}

TEST_P(DatabaseTest, refusals_have_the_same_name_on_both)
{
    auto const database = with_table();
    auto const insert = "INSERT INTO things(id, n, parent) VALUES($1, $2, $3)";
    database->execute(insert, "a", 1, nullptr);
    EXPECT_EQ(fault_of([&] { database->execute(insert, "a", 1, nullptr); }), Fault::Unique);
    EXPECT_EQ(fault_of([&] { database->execute(insert, "b", -1, nullptr); }), Fault::Check);
    EXPECT_EQ(fault_of([&] { database->execute(insert, "c", nullptr, nullptr); }), Fault::Check);
    EXPECT_EQ(fault_of([&] { database->execute(insert, "d", 1, "nobody"); }), Fault::ForeignKey);
    EXPECT_EQ(fault_of([&] { database->execute("SELECT nonsense"); }), Fault::Other);
    EXPECT_EQ(test::error_of([&] { database->execute(insert, "a", 1, nullptr); }).code, ErrorCode::Conflict);
    EXPECT_EQ(test::error_of([&] { database->query("SELECT id FROM things WHERE id = $1"); }).code,
              ErrorCode::Internal);
}

TEST_P(DatabaseTest, a_failed_transaction_leaves_nothing)
{
    auto const database = with_table();
    auto const error = test::error_of([&] {
        database->transaction([](Connection& connection) {
            connection.query("INSERT INTO things(id, n) VALUES($1, $2)", "a", 1);
            base::fail(ErrorCode::Upstream, "half way");
        });
    });
    EXPECT_EQ(error.code, ErrorCode::Upstream);
    EXPECT_TRUE(database->query("SELECT id FROM things").empty());
    auto const changes = database->transaction([](Connection& connection) {
        return connection.query("INSERT INTO things(id, n) VALUES('a', 1), ('b', 2)").changes;
    });
    EXPECT_EQ(changes, 2);
}

TEST_P(DatabaseTest, reading_cannot_write_and_sees_one_moment)
{
    auto const database = with_table();
    EXPECT_EQ(fault_of([&] { database->query("INSERT INTO things(id, n) VALUES('a', 1)"); }), Fault::ReadOnly);
    database->read([&](Connection& connection) {
        EXPECT_TRUE(connection.query("SELECT id FROM things").empty());
        std::jthread([&] { database->execute("INSERT INTO things(id, n) VALUES('a', 1)"); }).join();
        EXPECT_TRUE(connection.query("SELECT id FROM things").empty());
    });
    EXPECT_EQ(database->query("SELECT id FROM things").size(), 1U);
}

TEST_P(DatabaseTest, a_transaction_inside_a_transaction_is_refused)
{
    auto const database = with_table();
    EXPECT_EQ(test::error_of([&] { database->transaction([&](Connection&) { database->query("SELECT 1"); }); }).code,
              ErrorCode::Internal);
    EXPECT_EQ(database->query("SELECT 1").size(), 1U);
}

TEST_P(DatabaseTest, many_threads_count_to_the_right_number)
{
    auto const database = with_table();
    database->execute("INSERT INTO things(id, n) VALUES('a', 0)");
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 6; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < 20; ++k)
                    database->transaction([](Connection& connection) {
                        auto const sql =
                            std::string("SELECT n FROM things WHERE id = 'a'") + std::string(connection.for_update());
                        auto const n = connection.query(sql)[0].get<int>(0);
                        connection.query("UPDATE things SET n = $1 WHERE id = 'a'", n + 1);
                    });
            });
    }
    EXPECT_EQ(database->query("SELECT n FROM things")[0].get<int>(0), 120);
}

TEST_P(DatabaseTest, two_that_lock_in_opposite_order_both_succeed)
{
    auto const database = with_table();
    database->execute("INSERT INTO things(id, n) VALUES('a', 0), ('b', 0)");
    std::atomic<int> first_steps = 0;
    std::atomic<int> runs = 0;
    auto const add = [&](std::string const& one, std::string const& other) {
        database->transaction([&](Connection& connection) {
            ++runs;
            connection.query("UPDATE things SET n = n + 1 WHERE id = $1", one);
            // On SQLite the other waits for the whole transaction, so nobody can wait for it here.
            if (++first_steps < 2 && connection.engine() == store::Engine::Postgres)
                while (first_steps < 2) std::this_thread::yield();
            connection.query("UPDATE things SET n = n + 1 WHERE id = $1", other);
        });
    };
    {
        std::jthread const one([&] { add("a", "b"); });
        std::jthread const two([&] { add("b", "a"); });
    }
    EXPECT_EQ(database->query("SELECT min(n) FROM things")[0].get<int>(0), 2);
    EXPECT_EQ(runs, on_sqlite() ? 2 : 3); // the deadlock's victim ran again
}

TEST_P(DatabaseTest, a_writer_that_holds_on_for_too_long_is_reported_as_busy)
{
    store::DatabaseOptions const impatient{.lock_wait = base::Milliseconds(50)};
    auto const database = with_table(impatient);
    store::Database other(database->location(), impatient);
    database->execute("INSERT INTO things(id, n) VALUES('a', 0)");
    database->transaction([&](Connection& connection) {
        connection.query("UPDATE things SET n = 1 WHERE id = 'a'");
        std::jthread([&] {
            EXPECT_EQ(fault_of([&] { other.execute("UPDATE things SET n = 2 WHERE id = 'a'"); }), Fault::Busy);
        }).join();
    });
    EXPECT_EQ(database->query("SELECT n FROM things")[0].get<int>(0), 1);
}

TEST(PostgresDatabase, a_server_that_was_away_is_found_again)
{
    auto& server = test::PostgresServer::shared();
    store::Database database(server.create_database());
    database.execute("CREATE TABLE things (id TEXT PRIMARY KEY)");
    database.execute("INSERT INTO things VALUES('kept')");
    server.stop();
    server.start();
    EXPECT_EQ(database.query("SELECT id FROM things")[0].get<std::string>(0), "kept");
    database.execute("INSERT INTO things VALUES('new')");
    EXPECT_EQ(database.query("SELECT id FROM things").size(), 2U);
}

TEST(PostgresDatabase, a_server_that_stays_away_is_a_storage_error)
{
    auto& server = test::PostgresServer::shared();
    store::Database database(server.create_database(), {.reconnect_wait = base::Milliseconds(50)});
    server.stop();
    auto const error = test::error_of([&] { database.query("SELECT 1"); });
    server.start();
    EXPECT_EQ(error.code, ErrorCode::Storage);
    EXPECT_NE(error.next_action.find("DATABASE_URL"), std::string::npos);
    EXPECT_EQ(database.query("SELECT 1").size(), 1U);
}

TEST(PostgresDatabase, a_password_is_not_in_what_people_read)
{
    auto const error = test::error_of([] {
        store::Database const database("postgresql://me:hunter2@127.0.0.1:1/x",
                                       {.reconnect_wait = base::Milliseconds(1)});
    });
    EXPECT_EQ(error.code, ErrorCode::Storage);
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
}

TEST(PostgresDatabase, no_statement_of_ours_is_compiled_for_longer_than_it_runs)
{
    store::Database database(test::PostgresServer::shared().create_database());
    EXPECT_EQ(database.query("SHOW enable_seqscan")[0].get<std::string>(0), "off"); // which makes plans look dear
    EXPECT_EQ(database.query("SHOW jit")[0].get<std::string>(0), "off");
}

TEST(PostgresDatabase, another_encoding_is_refused)
{
    auto const url = test::PostgresServer::shared().create_database("ENCODING 'LATIN1' TEMPLATE template0");
    auto const error = test::error_of([&] { store::Database const database(url); });
    EXPECT_EQ(error.code, ErrorCode::Unavailable);
}

TEST(SqliteDatabase, a_committed_row_survives_the_loss_of_power_unless_asked_otherwise)
{
    base::TemporaryFolder const folder;
    auto const level = [&](store::DatabaseOptions const& options) {
        store::Database database(folder.path() / "a.db", options);
        return database.transaction([](Connection& c) { return c.query("PRAGMA synchronous")[0].get<int>(0); });
    };
    EXPECT_EQ(level({}), 2);
    EXPECT_EQ(level({.survives_power_loss = false}), 1);
}

TEST(SqliteDatabase, a_full_disk_is_named_and_the_database_goes_on)
{
    base::TemporaryFolder const folder;
    store::Database database((folder.path() / "a.db").string());
    database.execute("CREATE TABLE things (id TEXT)");
    database.transaction([](Connection& c) { c.query("PRAGMA max_page_count=8"); });
    auto const error =
        test::error_of([&] { database.execute("INSERT INTO things VALUES($1)", std::string(200'000, 'x')); });
    EXPECT_EQ(error.code, ErrorCode::Storage);
    EXPECT_EQ(error.next_action, "free some disk space and run it again");
    database.transaction([](Connection& c) { c.query("PRAGMA max_page_count=100000"); });
    database.execute("INSERT INTO things VALUES($1)", std::string(200'000, 'x'));
    EXPECT_EQ(database.query("SELECT id FROM things").size(), 1U);
}

/// Root may write everywhere, so the test becomes nobody for a while.
struct AsNobody {
    AsNobody() : root(::geteuid() == 0)
    {
        if (root && ::seteuid(65534) != 0) ADD_FAILURE() << "cannot become nobody";
    }
    ~AsNobody()
    {
        if (root && ::seteuid(0) != 0) ADD_FAILURE() << "cannot become root again";
    }
    bool root;
};

TEST(SqliteDatabase, a_folder_that_cannot_be_written_to_is_a_storage_error)
{
    namespace fs = std::filesystem;
    base::TemporaryFolder const folder;
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_exec);
    AsNobody const nobody;
    auto const error = test::error_of([&] { store::Database const database((folder.path() / "a.db").string()); });
    EXPECT_EQ(error.code, ErrorCode::Storage);
    EXPECT_NE(error.next_action.find("--data"), std::string::npos);
}

TEST(SqliteDatabase, files_that_are_not_ours_are_left_alone)
{
    base::TemporaryFolder const folder;
    auto const text = (folder.path() / "notes.txt").string();
    base::write_file_atomic(text, std::string(5000, 'n'));
    EXPECT_EQ(test::error_of([&] { store::Database const database(text); }).code, ErrorCode::Storage);
    EXPECT_EQ(base::read_file(text, 10'000), std::string(5000, 'n'));

    auto const foreign = (folder.path() / "foreign.db").string();
    {
        store::Database database(foreign);
        database.execute("CREATE TABLE theirs (id TEXT)");
        database.transaction([](Connection& c) { c.query("PRAGMA application_id=0"); });
    }
    EXPECT_EQ(test::error_of([&] { store::Database const database(foreign); }).code, ErrorCode::Conflict);
}

TEST(SqliteDatabase, damage_is_found_when_it_is_opened)
{
    base::TemporaryFolder const folder;
    auto const path = (folder.path() / "a.db").string();
    {
        store::Database database(path);
        database.execute("CREATE TABLE things (id TEXT PRIMARY KEY)");
        for (int i = 0; i < 300; ++i)
            database.execute("INSERT INTO things VALUES($1)", std::string(100, 'a') + std::to_string(i));
    }
    auto bytes = base::read_file(path, 10U << 20U);
    for (std::size_t i = 8192; i < 16384; ++i) bytes[i] = 'X';
    base::write_file_atomic(path, bytes);
    auto const error = test::error_of([&] { store::Database const database(path); });
    EXPECT_EQ(error.code, ErrorCode::Storage);
    EXPECT_NE(error.next_action.find("restore"), std::string::npos);
}
