#include "studio/work_folder.h"

#include "base/error.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

namespace studio {

static base::Fd open_lock(std::filesystem::path const& folder)
{
    return base::Fd(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

static std::string prefix_of(std::filesystem::path const& output) { return "." + output.filename().string() + ".work"; }

static std::filesystem::path parent_of(std::filesystem::path const& output)
{
    auto const parent = output.parent_path();
    std::error_code error;
    if (!std::filesystem::is_directory(parent, error))
        base::fail_errno(error ? error.value() : ENOENT, "write into", parent.string());
    // Leftovers of processes that were killed: nobody holds their lock any more.
    for (auto const& entry : std::filesystem::directory_iterator(parent, error)) {
        if (!entry.path().filename().string().starts_with(prefix_of(output) + ".")) continue;
        auto const lock = open_lock(entry.path());
        if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) std::filesystem::remove_all(entry.path(), error);
    }
    return parent;
}

WorkFolder::WorkFolder(std::filesystem::path const& output)
    : folder_(parent_of(output), prefix_of(output)), lock_(open_lock(folder_.path()))
{
    if (!lock_ || ::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0)
        base::fail_errno(errno, "lock", folder_.path().string());
}

} // namespace studio
