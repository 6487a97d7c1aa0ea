#pragma once
#include "base/clock.h"

namespace jobs {

/// Notices that a clock was set: it went otherwise than the time that passed.
class JumpWatch {
public:
    /// Less than `least` (> 0) between two looks is the slow drift of clocks.
    JumpWatch(base::Clock const& clock, base::Milliseconds least) : clock_(clock), least_(least), ahead_(ahead()) {}

    /// By how much it was set since the last look; 0 where it was not. Negative: it was set back.
    base::Milliseconds look()
    {
        auto const before = std::exchange(ahead_, ahead());
        if (std::chrono::abs(ahead_ - before) < least_) return base::Milliseconds(0);
        // A thread that had to wait between the two readings of ahead() saw a jump that was none.
        ahead_ = ahead();
        auto const jump = ahead_ - before;
        return std::chrono::abs(jump) < least_ ? base::Milliseconds(0) : jump;
    }

private:
    /// Of the steady clock.
    base::Milliseconds ahead() const
    {
        auto const steady = std::chrono::steady_clock::now().time_since_epoch();
        return clock_.now().time_since_epoch() - std::chrono::floor<base::Milliseconds>(steady);
    }

    base::Clock const& clock_;
    base::Milliseconds const least_;
    base::Milliseconds ahead_;
};

} // namespace jobs
