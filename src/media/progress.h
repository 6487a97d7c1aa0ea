#pragma once
#include "base/clock.h"
#include "plan/child.h"

#include <functional>
#include <mutex>

namespace media {

using ProgressCallback = std::function<void(plan::Progress const&)>;

/// Turns "this share is done" into reports with an ETA, at most five a second. Safe to use from several threads.
class ProgressMeter {
public:
    ProgressMeter(std::string stage, ProgressCallback callback, base::Clock const& clock)
        : stage_(std::move(stage)), callback_(std::move(callback)), clock_(clock), started_(clock.now())
    {
    }
    /// Shares that go back are left out.
    void report(double done);

private:
    std::string stage_;
    ProgressCallback callback_;
    base::Clock const& clock_;
    base::Time started_;
    std::mutex mutex_;
    std::optional<base::Time> reported_;
    double done_ = 0;
};

} // namespace media
