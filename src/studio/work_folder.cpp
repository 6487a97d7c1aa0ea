#include "studio/work_folder.h"

#include "base/error.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace studio {

static constexpr std::size_t name_bytes_max = 200; ///< of the output's, so that the folder's fits into 255
static constexpr int lock_tries_max = 10;

static base::Fd open_lock(std::filesystem::path const& folder)
{
    return base::Fd(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

static std::string prefix_of(std::filesystem::path const& output)
{
    return "." + output.filename().string().substr(0, name_bytes_max) + ".work.";
}

static std::filesystem::path parent_of(std::filesystem::path const& output)
{
    auto parent = output.parent_path();
    std::error_code error;
    if (!std::filesystem::is_directory(parent, error))
        base::fail_errno(error ? error.value() : ENOENT, "write into", parent.string());
    return parent;
}

/// What processes that were killed left of other work: nobody holds their lock any more.
static void remove_leftovers(std::filesystem::path const& output, std::filesystem::path const& own)
{
    std::error_code error;
    for (auto const& entry : std::filesystem::directory_iterator(parent_of(output), error)) {
        if (!entry.path().filename().string().starts_with(prefix_of(output)) || entry.path() == own) continue;
        auto const lock = open_lock(entry.path());
        if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) std::filesystem::remove_all(entry.path(), error);
    }
}

/// False where the folder was removed between opening and locking.
static bool is_still_there(int lock, std::filesystem::path const& folder)
{
    struct stat opened {};
    struct stat named {};
    return ::fstat(lock, &opened) == 0 && ::stat((folder / "lock").c_str(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

static base::Fd make_and_lock(std::filesystem::path const& folder)
{
    for (int i = 0; i < lock_tries_max; ++i) {
        if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) base::fail_errno(errno, "make", folder.string());
        auto lock = open_lock(folder);
        if (!lock && errno == ENOENT) continue;
        if (!lock) base::fail_errno(errno, "lock", folder.string());
        if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
            base::fail(base::ErrorCode::Conflict, base::Next{"wait for it, or choose another output"},
                       "the same clip is being made right now (in {})", folder.string());
        if (is_still_there(lock.get(), folder)) return lock;
    }
    base::fail(base::ErrorCode::Conflict, "the folder {} is removed again and again", folder.string());
}

WorkFolder::WorkFolder(std::filesystem::path const& output, std::string const& key)
    : path_(parent_of(output) / (prefix_of(output) + key))
{
    remove_leftovers(output, path_);
    lock_ = make_and_lock(path_);
}

WorkFolder::~WorkFolder()
{
    std::error_code ignored;
    if (!kept_) std::filesystem::remove_all(path_, ignored);
}

} // namespace studio
