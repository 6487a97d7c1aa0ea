#include "media/analysis/beats.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace media::analysis {

namespace {

constexpr double split_hertz = 200;
constexpr std::size_t period_min = 30;    ///< steps: 200 beats a minute
constexpr std::size_t period_max = 100;   ///< 60 beats a minute
constexpr double usual_period = 50;       ///< 120 beats a minute
constexpr double octave_spread = 0.9;     ///< of the preference for usual tempi, in octaves
constexpr std::size_t steps_min = 400;    ///< four seconds: fewer are no rhythm
constexpr std::size_t steps_max = 60'000; ///< ten minutes tell the tempo of an hour
constexpr double pulse_min = 0.3;         ///< autocorrelation at the period, against that at 0
constexpr double tightness = 100;         ///< how much an uneven beat costs
constexpr double strong_share = 0.5;      ///< of beats that must stand on an onset

/// Autocorrelation of what stands out, normalised: 1 at lag 0.
std::vector<double> autocorrelation(std::span<float const> onsets, std::size_t lags)
{
    auto const mean = std::accumulate(onsets.begin(), onsets.end(), 0.0) / static_cast<double>(onsets.size());
    std::vector<double> result(lags + 1);
    for (std::size_t lag = 0; lag <= lags; ++lag) {
        double sum = 0;
        for (std::size_t i = lag; i < onsets.size(); ++i) sum += (onsets[i] - mean) * (onsets[i - lag] - mean);
        result[lag] = sum / static_cast<double>(onsets.size() - lag);
    }
    auto const whole = std::max(result[0], 1e-12);
    for (auto& value : result) value /= whole;
    return result;
}

/// An onset is rarely sharper than 50 ms: a little blur makes neighbours count.
std::vector<float> smooth(std::span<float const> onsets)
{
    static constexpr float weights[] = {0.11F, 0.22F, 0.34F, 0.22F, 0.11F};
    std::vector<float> out(onsets.size());
    for (std::size_t i = 0; i < onsets.size(); ++i)
        for (std::size_t k = 0; k < 5; ++k)
            if (i + k >= 2 && i + k - 2 < onsets.size()) out[i] += weights[k] * onsets[i + k - 2];
    return out;
}

/// The period of the pulse in steps, 0 where there is none.
std::size_t find_period(std::vector<float> const& onsets)
{
    auto const correlation = autocorrelation(onsets, 2 * period_max);
    std::size_t best = 0;
    double best_score = 0;
    for (auto period = period_min; period <= period_max; ++period) {
        auto const octaves = std::log2(static_cast<double>(period) / usual_period) / octave_spread;
        auto const score = (correlation[period] + 0.5 * correlation[2 * period]) * std::exp(-0.5 * octaves * octaves);
        if (score <= best_score) continue;
        best = period;
        best_score = score;
    }
    return best > 0 && correlation[best] >= pulse_min && correlation[2 * best] >= pulse_min ? best : 0;
}

std::vector<std::size_t> track(std::vector<float> const& onsets, std::size_t period)
{
    std::vector<double> score(onsets.begin(), onsets.end());
    std::vector<std::size_t> before(onsets.size(), onsets.size());
    for (std::size_t i = period / 2; i < onsets.size(); ++i) {
        double best = 0; // a beat may also be the first
        auto const first = i > 2 * period ? i - 2 * period : 0;
        for (auto k = first; k + period / 2 <= i; ++k) {
            auto const uneven = std::log(static_cast<double>(i - k) / static_cast<double>(period));
            auto const value = score[k] - tightness * uneven * uneven;
            if (value <= best) continue;
            best = value;
            before[i] = k;
        }
        score[i] += best;
    }
    auto const tail = onsets.size() > period ? onsets.size() - period : 0;
    auto at = static_cast<std::size_t>(
        std::max_element(score.begin() + static_cast<std::ptrdiff_t>(tail), score.end()) - score.begin());
    std::vector<std::size_t> beats;
    for (; at < onsets.size(); at = before[at]) beats.push_back(at);
    std::reverse(beats.begin(), beats.end());
    return beats;
}

} // namespace

OnsetMeter::OnsetMeter(int sample_rate)
    : low_pass_factor_(1 - std::exp(-2 * 3.14159265358979 * split_hertz / sample_rate)),
      step_samples_(std::max(1, static_cast<int>(std::lround(sample_rate * onset_step_seconds))))
{
}

void OnsetMeter::add(float sample)
{
    if (!std::isfinite(sample)) sample = 0;
    low_pass_ += low_pass_factor_ * (sample - low_pass_);
    auto const high = sample - low_pass_;
    low_.energy += low_pass_ * low_pass_;
    high_.energy += high * high;
    if (++in_step_ < step_samples_) return;
    double strength = 0;
    for (auto* band : {&low_, &high_}) {
        auto const level = std::log10(1e-6 + band->energy / step_samples_);
        strength += std::max(0.0, level - band->level);
        band->level = level;
        band->energy = 0;
    }
    strengths_.push_back(strengths_.empty() ? 0.0F : static_cast<float>(strength));
    in_step_ = 0;
}

std::vector<double> find_beats(std::span<float const> onsets)
{
    if (onsets.size() < steps_min) return {};
    auto const smoothed = smooth(onsets.first(std::min(onsets.size(), steps_max)));
    auto const period = find_period(smoothed);
    if (period == 0) return {};
    auto const whole = smooth(onsets);
    auto sorted = whole;
    auto const high = sorted.begin() + static_cast<std::ptrdiff_t>(0.9 * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), high, sorted.end());
    auto scaled = whole;
    for (auto& value : scaled) value /= std::max(*high, 1e-6F);
    auto const steps = track(scaled, period);
    auto const strong =
        std::count_if(steps.begin(), steps.end(), [&](std::size_t step) { return scaled[step] >= 0.5F; });
    if (static_cast<double>(strong) < strong_share * static_cast<double>(steps.size())) return {};
    std::vector<double> beats;
    for (auto const step : steps) beats.push_back(static_cast<double>(step) * onset_step_seconds);
    return beats;
}

} // namespace media::analysis
