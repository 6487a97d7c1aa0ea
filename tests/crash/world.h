#pragma once
// The world outside for the crash test: a platform where a thing done twice stays done twice.
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"

#include <fcntl.h>
#include <map>
#include <sstream>
#include <sys/file.h>

namespace crash {

/// One line for each thing done. It knows nothing of jobs and forgives no second act; like a signed upload address, an
/// act has a time after which it is refused.
class World {
public:
    World(std::filesystem::path file, base::Clock const& clock) : file_(std::move(file)), clock_(clock) {}

    /// False where the time for it is over.
    bool act(std::string const& id, base::Time before) const
    {
        auto const fd = locked();
        if (clock_.now() >= before) return false;
        base::write_all(fd.get(), id + "\n", file_.string());
        return true;
    }
    bool ask(std::string const& id) const
    {
        auto const fd = locked();
        return counts().contains(id);
    }
    std::map<std::string, int> counts() const
    {
        std::map<std::string, int> out;
        std::istringstream lines(base::read_file(file_, 64U << 20U));
        for (std::string line; std::getline(lines, line);) ++out[line];
        return out;
    }

private:
    /// The lock ends with the process that holds it, however that ends.
    base::Fd locked() const
    {
        base::Fd fd(::open(file_.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0644));
        if (!fd || ::flock(fd.get(), LOCK_EX) != 0) base::fail_errno(errno, "lock", file_.string());
        return fd;
    }

    std::filesystem::path file_;
    base::Clock const& clock_; // the one that its visitors go by
};

} // namespace crash
