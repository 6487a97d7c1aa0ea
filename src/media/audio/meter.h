#pragma once
#include "plan/analysis.h"

#include <ebur128.h>
#include <memory>
#include <span>
#include <vector>

namespace media {

/// EBU R128 of 48 kHz stereo, by libebur128, and where it was silent or clipped.
class Meter {
public:
    explicit Meter(bool true_peak);
    void add(std::span<float const> samples);
    double integrated_lufs() const; ///< -70 where everything lies below the gate
    double true_peak_dbtp() const;
    double sample_peak() const { return peak_; } ///< largest absolute value
    double silent_seconds() const;
    std::vector<plan::Span> silent() const; ///< stretches of at least half a second
    std::int64_t clipped_samples() const { return clipped_; }

private:
    struct Destroy {
        void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
    };
    std::unique_ptr<ebur128_state, Destroy> state_;
    std::vector<plan::Span> silent_;
    std::int64_t frames_ = 0;
    std::int64_t quiet_run_ = 0; ///< frames of silence up to now
    std::int64_t clipped_ = 0;
    float peak_ = 0;
};

} // namespace media
