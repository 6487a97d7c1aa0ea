// During an upgrade the programs of two releases work on one database: the newer one has migrated it, the older one
// goes on with the statements that it has.
#include "database_case.h"
#include "store/tables/clips.h"
#include "store/tables/jobs.h"

#include <atomic>
#include <thread>

namespace {

class UpgradeTest : public test::DatabaseCase {
protected:
    /// As the release before the migrations of several machines wrote it: its columns, in its words.
    static void old_clip(store::Connection& connection, std::string const& id)
    {
        connection.query("INSERT INTO clips(id, owner_id, asset_id, job_id, output_path, thumbnail_path, plan, result, "
                         "state, created_at, updated_at) VALUES($1, 'ada', NULL, NULL, 'out.mp4', '', '{}', '{}', "
                         "'rendered', 1, 1)",
                         id);
    }
    static std::string old_read(store::Connection& connection, std::string const& id)
    {
        return connection
            .query("SELECT id, owner_id, asset_id, job_id, output_path, thumbnail_path, plan, result, state, "
                   "created_at, updated_at FROM clips WHERE id = $1",
                   id)[0]
            .get<std::string>(4);
    }
    static constexpr std::size_t old_version = 7;
};
ON_BOTH_DATABASES(UpgradeTest);

} // namespace

TEST_P(UpgradeTest, an_older_writer_works_on_while_a_newer_program_migrates_and_after_it)
{
    auto const location = new_location();
    store::Database old(location);
    store::migrate(old, clock_, store::all_migrations().first(old_version));
    std::atomic<bool> migrated = false;
    std::atomic<int> written = 0, after = 0;
    std::jthread const writer([&](std::stop_token const& stop) {
        base::Random random(3);
        base::SystemClock const clock;
        base::Ids ids(clock, random);
        while (!stop.stop_requested() && after < 20) {
            auto const id = ids.next();
            old.transaction([&](store::Connection& connection) { old_clip(connection, id); });
            EXPECT_EQ(old.read([&](store::Connection& connection) { return old_read(connection, id); }), "out.mp4");
            ++written;
            if (migrated) ++after;
        }
    });
    while (written < 5) std::this_thread::yield();
    store::Database fresh(location);
    store::migrate(fresh, clock_);
    migrated = true;
    while (after < 20) std::this_thread::yield();
    auto const clips = fresh.read([](store::Connection& connection) {
        return store::list_clips(connection, {.owner_id = "ada", .limit = 1'000});
    });
    EXPECT_GE(clips.size(), 25U);
    EXPECT_FALSE(clips.front().blob) << "what an older program wrote has no shared files";
    store::Clip clip{.id = "new", .owner_id = "ada", .output_path = "new.mp4"};
    clip.blob = "b";
    fresh.transaction([&](store::Connection& connection) { store::insert_clip(connection, clip); });
    EXPECT_EQ(old.read([&](store::Connection& connection) { return old_read(connection, "new"); }), "new.mp4");
}

TEST_P(UpgradeTest, programs_that_start_together_migrate_once)
{
    auto const location = new_location();
    std::atomic<int> applied = 0;
    {
        std::vector<std::jthread> programs;
        for (int i = 0; i < 4; ++i)
            programs.emplace_back([&] {
                store::Database database(location);
                applied += static_cast<int>(store::migrate(database, clock_).applied.size());
            });
    }
    EXPECT_EQ(applied, static_cast<int>(store::all_migrations().size()));
}
