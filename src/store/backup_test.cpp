#include "store/backup.h"

#include "database_case.h"

#include <atomic>

using base::ErrorCode;
namespace fs = std::filesystem;

class BackupTest : public testing::Test {
protected:
    std::unique_ptr<store::Database> open()
    {
        auto database = std::make_unique<store::Database>(store::database_file(data_).string());
        store::migrate(*database, clock_);
        return database;
    }
    void add(store::Database& database, std::string const& id)
    {
        database.execute(
            "INSERT INTO candidates(id, owner_id, niche, platform, url, title, data, found_at, created_at, "
            "updated_at) VALUES($1, 'ada', 'n', 'p', 'u', 't', '{}', 1, 1, 1)",
            id);
    }
    std::int64_t count(store::Database& database)
    {
        return database.query("SELECT count(*) FROM candidates")[0].get<std::int64_t>(0);
    }

    base::TemporaryFolder folder_;
    base::FixedClock clock_{*base::parse_time("2026-11-20T10:00:00Z")};
    fs::path data_ = folder_.path() / "data";
    fs::path file_ = folder_.path() / "b.backup";
};

TEST_F(BackupTest, a_backup_brings_back_what_was_there_and_keeps_what_it_replaces)
{
    {
        auto const database = open();
        add(*database, "kept");
        auto const manifest = store::backup(*database, file_, clock_);
        EXPECT_EQ(base::to_json(store::read_manifest(file_)), base::to_json(manifest));
        EXPECT_EQ(manifest.version, static_cast<int>(store::all_migrations().size()));
        add(*database, "later");
    }
    store::restore(file_, data_);
    EXPECT_EQ(count(*open()), 1);
    store::Database before(store::database_file(data_).string() + ".before-restore");
    EXPECT_EQ(count(before), 2);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 2); // no temporary file is left
}

TEST_F(BackupTest, it_can_be_taken_while_others_write)
{
    auto const database = open();
    std::atomic<bool> stop = false;
    std::atomic<int> written = 0;
    std::jthread writer([&] {
        while (!stop) add(*database, "c" + std::to_string(written++));
    });
    while (written < 20) std::this_thread::yield();
    store::backup(*database, file_, clock_);
    stop = true;
    writer.join();
    auto const elsewhere = folder_.path() / "elsewhere";
    store::restore(file_, elsewhere);
    store::Database copy(store::database_file(elsewhere).string());
    EXPECT_GE(count(copy), 19);
    EXPECT_LE(count(copy), written);
    EXPECT_TRUE(store::check(copy).ok);
}

TEST_F(BackupTest, a_damaged_or_foreign_file_changes_nothing)
{
    {
        auto const database = open();
        add(*database, "kept");
        store::backup(*database, file_, clock_);
    }
    auto const good = base::read_file(file_, 10U << 20U);
    auto flipped = good;
    flipped[good.size() / 2] ^= 1;
    auto other_version = good;
    auto const version = fmt::format("\"version\":{}", store::all_migrations().size());
    auto const newer = fmt::format("\"version\":{}", store::all_migrations().size() + 1);
    other_version.replace(good.find(version), version.size(), newer);
    std::string const cases[] = {
        flipped, good.substr(0, good.size() - 1), good + "x", "hello", "", "{}\nx", good.substr(0, 40), other_version};
    for (auto const& bytes : cases) {
        base::write_file_atomic(file_, bytes);
        auto const error = test::error_of([&] { store::restore(file_, data_); });
        EXPECT_EQ(error.code, bytes == other_version ? ErrorCode::Conflict : ErrorCode::InvalidInput) << error.what();
        EXPECT_FALSE(error.next_action.empty());
        EXPECT_EQ(count(*open()), 1);
        EXPECT_FALSE(fs::exists(store::database_file(data_).string() + ".before-restore"));
    }
    EXPECT_EQ(test::error_of([&] { store::restore("/nowhere", data_); }).code, ErrorCode::NotFound);
}

TEST_F(BackupTest, a_database_in_use_is_not_replaced)
{
    auto const database = open();
    add(*database, "kept");
    store::backup(*database, file_, clock_);
    EXPECT_EQ(test::error_of([&] { store::restore(file_, data_); }).code, ErrorCode::Conflict);
    add(*database, "goes on");
    EXPECT_EQ(count(*database), 2);
}

TEST_F(BackupTest, a_destroyed_database_is_replaced_and_its_log_does_not_come_back)
{
    {
        auto const database = open();
        add(*database, "kept");
        store::backup(*database, file_, clock_);
    }
    auto const path = store::database_file(data_);
    base::write_file_atomic(path, std::string(9'000, 'X'));
    base::write_file_atomic(path.string() + "-wal", "old log");
    store::restore(file_, data_);
    EXPECT_EQ(count(*open()), 1);
    EXPECT_EQ(base::read_file(path.string() + ".before-restore-wal", 100), "old log");
}

TEST_F(BackupTest, postgres_is_left_to_its_own_tool)
{
    store::Database database(test::PostgresServer::shared().create_database());
    auto const error = test::error_of([&] { store::backup(database, file_, clock_); });
    EXPECT_EQ(error.code, ErrorCode::Unavailable);
    EXPECT_NE(error.next_action.find("pg_dump --format=custom"), std::string::npos);
    EXPECT_FALSE(fs::exists(file_));
}
