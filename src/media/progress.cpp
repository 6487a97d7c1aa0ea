#include "media/progress.h"

#include <algorithm>

namespace media {

static constexpr base::Milliseconds report_interval{200};
static constexpr double share_for_eta = 0.01; ///< below it an estimate says nothing

void ProgressMeter::report(double done)
{
    if (!callback_) return;
    std::lock_guard const lock(mutex_);
    auto const now = clock_.now();
    done = std::clamp(done, 0.0, 1.0);
    if (reported_ && (done <= done_ || (now - *reported_ < report_interval && done < 1))) return;
    done_ = done;
    reported_ = now;
    plan::Progress progress{stage_, done, std::nullopt};
    auto const elapsed = std::chrono::duration<double>(now - started_).count();
    if (done >= share_for_eta) progress.eta_seconds = elapsed * (1 - done) / done;
    callback_(progress);
}

} // namespace media
