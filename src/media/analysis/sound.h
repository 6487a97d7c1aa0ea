#pragma once
#include "media/analysis/beats.h"
#include "plan/analysis.h"

#include <ebur128.h>
#include <memory>
#include <span>
#include <vector>

namespace media::analysis {

inline constexpr double energy_step_seconds = 0.5;

/// What the sound of a film is like; fed in order, memory grows by 500 bytes a second.
class SoundMeter {
public:
    /// channels 1 or 2. Without true_peak the plain peak of the samples is told, without oversampling.
    SoundMeter(int sample_rate, int channels, bool true_peak);
    ~SoundMeter();
    SoundMeter(SoundMeter const&) = delete;
    SoundMeter& operator=(SoundMeter const&) = delete;

    /// Interleaved samples that start at `seconds`; a gap before them counts as silence.
    void add(std::span<float const> samples, double seconds);
    plan::Loudness loudness() const;
    /// RMS in steps of energy_step_seconds.
    plan::Curve energy() const;
    /// Parts of at least half a second that are quiet against the rest.
    std::vector<plan::Span> silences(double duration) const;
    std::vector<double> beats() const { return find_beats(onsets_.strengths()); }
    /// Mean square in steps of window_seconds.
    std::vector<float> const& windows() const { return windows_; }
    static constexpr double window_seconds = 0.05;

private:
    struct MeterDeleter {
        void operator()(ebur128_state* state) const;
    };
    void add_window();

    int sample_rate_;
    int channels_;
    bool true_peak_;
    OnsetMeter onsets_;
    std::unique_ptr<ebur128_state, MeterDeleter> meter_;
    std::vector<float> windows_; ///< mean square of each 50 ms
    double sum_ = 0;             ///< of squares in the window being filled
    int frames_in_window_ = 0;
    int frames_per_window_;
    std::int64_t frames_ = 0;
};

/// Parts of a curve of mean squares (one a step) that lie below what is loud in it; at least min_seconds long.
std::vector<plan::Span> find_silences(std::vector<float> const& mean_squares, double step, double min_seconds,
                                      double duration);

} // namespace media::analysis
