#pragma once
// The clock of a machine on which several processes run, and which a test sets forward and back while they do.
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>

namespace crash {

class MachineClock : public base::Clock {
public:
    /// The file is made where it is missing; who opens the same file has the same clock.
    explicit MachineClock(std::filesystem::path const& file)
    {
        base::Fd const fd(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644));
        if (!fd || ::ftruncate(fd.get(), sizeof(Ahead)) != 0) base::fail_errno(errno, "open", file.string());
        auto* const shared = ::mmap(nullptr, sizeof(Ahead), PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
        if (shared == MAP_FAILED) base::fail_errno(errno, "share", file.string());
        ahead_ = static_cast<Ahead*>(shared);
    }
    MachineClock(MachineClock const&) = delete;
    MachineClock& operator=(MachineClock const&) = delete;
    ~MachineClock() override { ::munmap(ahead_, sizeof(Ahead)); }

    base::Time now() const override { return base::SystemClock().now() + base::Milliseconds(ahead_->load()); }
    void set_ahead(base::Milliseconds by) { ahead_->store(by.count()); }

private:
    using Ahead = std::atomic<base::Milliseconds::rep>;
    static_assert(Ahead::is_always_lock_free);
    Ahead* ahead_;
};

} // namespace crash
