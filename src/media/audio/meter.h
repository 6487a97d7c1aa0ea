#pragma once
#include <ebur128.h>
#include <memory>
#include <span>

namespace media {

/// EBU R128 of 48 kHz stereo, by libebur128, and how long it was silent.
class Meter {
public:
    explicit Meter(bool true_peak);
    void add(std::span<float const> samples);
    double integrated_lufs() const; ///< -70 where everything lies below the gate
    double true_peak_dbtp() const;
    double silent_seconds() const { return static_cast<double>(silent_frames_) / 48000; }

private:
    struct Destroy {
        void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
    };
    std::unique_ptr<ebur128_state, Destroy> state_;
    std::int64_t silent_frames_ = 0;
    std::int64_t quiet_run_ = 0;
};

} // namespace media
