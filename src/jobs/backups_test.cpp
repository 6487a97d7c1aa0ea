#include "jobs/backups.h"

#include "support.h"

namespace fs = std::filesystem;

TEST(Backups, what_was_left_half_written_goes_and_what_is_at_work_stays)
{
    base::TemporaryFolder const folder;
    auto const make = [&](std::string const& name, std::chrono::hours age) {
        fs::create_directory(folder.path() / name);
        fs::last_write_time(folder.path() / name, fs::file_time_type::clock::now() - age);
    };
    std::string const prefix(store::backup_work_prefix);
    make(prefix + ".old", std::chrono::hours(24));
    make(prefix + ".new", std::chrono::hours(1));
    make("somebody's", std::chrono::hours(24));
    jobs::remove_leftovers(folder.path());
    EXPECT_FALSE(fs::exists(folder.path() / (prefix + ".old")));
    EXPECT_TRUE(fs::exists(folder.path() / (prefix + ".new")));
    EXPECT_TRUE(fs::exists(folder.path() / "somebody's"));
}
