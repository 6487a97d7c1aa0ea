#include "media/analysis/sound.h"

#include "base/error.h"

#include <algorithm>
#include <cmath>
#include <new>

namespace media::analysis {

namespace {

constexpr double silence_seconds_min = 0.5;
constexpr double gap_seconds_min = 0.02;       ///< smaller gaps are rounding
constexpr double film_seconds_max = 48 * 3600; ///< later timestamps are nonsense
constexpr double quiet_against_loud_db = 25;   ///< this far below what is loud in the film
constexpr double silence_highest_db = -35;     ///< a loud film's silence
constexpr double silence_lowest_db = -60;      ///< nobody hears it
constexpr double loud_share = 0.9;             ///< the level that nine tenths of all windows stay below
constexpr double loudness_floor = -70;         ///< EBU R128's absolute gate

double decibel(double mean_square) { return 10 * std::log10(std::max(mean_square, 1e-12)); }

} // namespace

void SoundMeter::MeterDeleter::operator()(ebur128_state* state) const { ebur128_destroy(&state); }

SoundMeter::SoundMeter(int sample_rate, int channels, bool true_peak)
    : sample_rate_(sample_rate), channels_(channels), true_peak_(true_peak), onsets_(sample_rate),
      frames_per_window_(std::max(1, static_cast<int>(std::lround(sample_rate * window_seconds))))
{
    auto const peak = true_peak ? EBUR128_MODE_TRUE_PEAK : EBUR128_MODE_SAMPLE_PEAK;
    meter_.reset(ebur128_init(static_cast<unsigned>(channels), static_cast<unsigned long>(sample_rate),
                              EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_HISTOGRAM | peak));
    if (!meter_)
        base::fail(base::ErrorCode::InvalidInput, "sound of {} Hz with {} channels cannot be measured", sample_rate,
                   channels);
}

SoundMeter::~SoundMeter() = default;

void SoundMeter::add(std::span<float const> samples, double seconds)
{
    auto const gap = seconds - static_cast<double>(frames_) / sample_rate_;
    if (gap > gap_seconds_min && seconds < film_seconds_max) {
        auto const missing = static_cast<std::int64_t>(gap * sample_rate_);
        for (std::int64_t i = 0; i < missing; ++i) {
            onsets_.add(0);
            if (++frames_in_window_ == frames_per_window_) add_window();
        }
        frames_ += missing;
    }
    auto const frames = samples.size() / static_cast<std::size_t>(channels_);
    if (ebur128_add_frames_float(meter_.get(), samples.data(), frames) != EBUR128_SUCCESS) throw std::bad_alloc();
    for (std::size_t i = 0; i < frames; ++i) {
        float mono = 0;
        for (int channel = 0; channel < channels_; ++channel) {
            auto const value = samples[i * static_cast<std::size_t>(channels_) + static_cast<std::size_t>(channel)];
            if (std::isfinite(value)) sum_ += static_cast<double>(value) * value / channels_;
            mono += value / static_cast<float>(channels_);
        }
        onsets_.add(mono);
        if (++frames_in_window_ == frames_per_window_) add_window();
    }
    frames_ += static_cast<std::int64_t>(frames);
}

void SoundMeter::add_window()
{
    windows_.push_back(static_cast<float>(sum_ / frames_in_window_));
    sum_ = 0;
    frames_in_window_ = 0;
}

plan::Loudness SoundMeter::loudness() const
{
    plan::Loudness loudness;
    double value = 0;
    if (ebur128_loudness_global(meter_.get(), &value) == EBUR128_SUCCESS)
        loudness.integrated_lufs = std::max(value, loudness_floor); // -inf for silence
    if (ebur128_loudness_range(meter_.get(), &value) == EBUR128_SUCCESS) loudness.range_lu = value;
    double peak = 0;
    for (unsigned channel = 0; channel < static_cast<unsigned>(channels_); ++channel) {
        auto const result = true_peak_ ? ebur128_true_peak(meter_.get(), channel, &value)
                                       : ebur128_sample_peak(meter_.get(), channel, &value);
        if (result == EBUR128_SUCCESS) peak = std::max(peak, value);
    }
    loudness.true_peak_dbtp = peak > 0 ? std::max(20 * std::log10(peak), loudness_floor) : loudness_floor;
    return loudness;
}

plan::Curve SoundMeter::energy() const
{
    plan::Curve curve{.step_seconds = energy_step_seconds};
    auto const count = static_cast<std::size_t>(std::lround(energy_step_seconds / window_seconds));
    for (std::size_t i = 0; i < windows_.size(); i += count) {
        auto const end = std::min(i + count, windows_.size());
        double sum = 0;
        for (auto j = i; j < end; ++j) sum += windows_[j];
        curve.values.push_back(std::min(1.0, std::sqrt(sum / static_cast<double>(end - i))));
    }
    return curve;
}

std::vector<plan::Span> SoundMeter::silences(double duration) const
{
    return find_silences(windows_, window_seconds, silence_seconds_min, duration);
}

std::vector<plan::Span> find_silences(std::vector<float> const& mean_squares, double step, double min_seconds,
                                      double duration)
{
    if (mean_squares.empty()) return {};
    auto sorted = mean_squares;
    auto const loud = sorted.begin() + static_cast<std::ptrdiff_t>(loud_share * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), loud, sorted.end());
    auto const threshold = std::clamp(decibel(*loud) - quiet_against_loud_db, silence_lowest_db, silence_highest_db);
    std::vector<plan::Span> silences;
    std::size_t quiet_steps = 0;
    for (std::size_t i = 0; i <= mean_squares.size(); ++i) {
        if (i < mean_squares.size() && decibel(mean_squares[i]) < threshold) {
            ++quiet_steps;
            continue;
        }
        plan::Span const span{static_cast<double>(i - quiet_steps) * step,
                              std::min(static_cast<double>(i) * step, duration)};
        if (quiet_steps > 0 && span.length() >= min_seconds) silences.push_back(span);
        quiet_steps = 0;
    }
    return silences;
}

} // namespace media::analysis
