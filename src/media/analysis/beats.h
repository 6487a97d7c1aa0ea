#pragma once
#include <span>
#include <vector>

namespace media::analysis {

/// Onset strength: how much louder each 10 ms is than the ones before it, in a low and a high band. Mono samples come
/// in order; memory grows by 400 bytes a second.
class OnsetMeter {
public:
    explicit OnsetMeter(int sample_rate);
    void add(float sample);
    std::vector<float> const& strengths() const { return strengths_; }

private:
    struct Band {
        double energy = 0;
        double level = 0; ///< logarithm of the energy, one step ago
    };

    double low_pass_ = 0;
    double low_pass_factor_;
    int step_samples_;
    int in_step_ = 0;
    Band low_;
    Band high_;
    std::vector<float> strengths_;
};

inline constexpr double onset_step_seconds = 0.01;

/// The beats of music with a steady pulse of 60 to 200 a minute, in seconds; empty where there is none: speech, wind,
/// silence. Tempo by autocorrelation, beats by dynamic programming (Ellis, "Beat Tracking by Dynamic Programming",
/// 2007).
std::vector<double> find_beats(std::span<float const> onsets);

} // namespace media::analysis
