#include "discovery/gate.h"

#include "discovery/source.h"

namespace discovery {

Gate::Gate(Limits const& limits)
    : interval_(limits.interval_ms), tolerance_(limits.interval_ms * (limits.burst - 1)),
      concurrency_(limits.concurrency)
{
}

Gate::Pass::~Pass()
{
    if (gate_) gate_->leave();
}

void Gate::leave()
{
    {
        std::scoped_lock const lock(mutex_);
        --in_flight_;
    }
    changed_.notify_all();
}

Gate::Pass Gate::enter(bool paced, SteadyTime deadline, std::stop_token const& stop)
{
    std::unique_lock lock(mutex_);
    for (;;) {
        if (stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "stopped while waiting for its turn");
        auto const now = std::chrono::steady_clock::now();
        auto const due = paced ? next_ - tolerance_ : now;
        if (now >= deadline || due >= deadline) {
            SourceError late(SourceCode::Timeout, "the platform's pace left no time for this question",
                             "ask again later, or raise discovery.deadline");
            late.ours = true;
            throw late;
        }
        if (in_flight_ < concurrency_ && due <= now) {
            ++in_flight_;
            if (paced) next_ = std::max(next_, now) + interval_;
            return Pass(*this);
        }
        if (in_flight_ >= concurrency_)
            changed_.wait_until(lock, stop, deadline, [&] { return in_flight_ < concurrency_; });
        else
            changed_.wait_until(lock, stop, due, [] { return false; });
    }
}

} // namespace discovery
