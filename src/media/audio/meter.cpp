#include "media/audio/meter.h"

#include <algorithm>
#include <cmath>
#include <new>

namespace media {

static constexpr double rate = 48000;
static constexpr float quiet_level = 0.001F;            // -60 dBFS
static constexpr std::int64_t quiet_frames_min = 24000; // half a second of it is heard as silence
static constexpr std::int64_t block_frames = 480;       // looked at as one
static constexpr float clipped_level = 0.99997F;        // the largest 16-bit value

Meter::Meter(bool true_peak) : state_(ebur128_init(2, 48000, EBUR128_MODE_I | (true_peak ? EBUR128_MODE_TRUE_PEAK : 0)))
{
    if (!state_) throw std::bad_alloc();
}

void Meter::add(std::span<float const> samples)
{
    if (ebur128_add_frames_float(state_.get(), samples.data(), samples.size() / 2) != EBUR128_SUCCESS)
        throw std::bad_alloc();
    while (!samples.empty()) {
        auto const block = samples.first(std::min<std::size_t>(samples.size(), 2 * block_frames));
        samples = samples.subspan(block.size());
        float largest = 0;
        for (auto const sample : block) largest = std::max(largest, std::abs(sample));
        if (largest >= clipped_level)
            clipped_ += std::ranges::count_if(block, [](float value) { return std::abs(value) >= clipped_level; });
        peak_ = std::max(peak_, largest);
        auto const count = static_cast<std::int64_t>(block.size() / 2);
        frames_ += count;
        quiet_run_ = largest < quiet_level ? quiet_run_ + count : 0;
        if (quiet_run_ < quiet_frames_min) continue;
        plan::Span const span{static_cast<double>(frames_ - quiet_run_) / rate, static_cast<double>(frames_) / rate};
        if (!silent_.empty() && silent_.back().start == span.start)
            silent_.back() = span;
        else
            silent_.push_back(span);
    }
}

std::vector<plan::Span> Meter::silent() const { return silent_; }

double Meter::silent_seconds() const
{
    double seconds = 0;
    for (auto const& span : silent_) seconds += span.length();
    return seconds;
}

double Meter::integrated_lufs() const
{
    double value = 0;
    ebur128_loudness_global(state_.get(), &value);
    return std::isfinite(value) ? std::max(value, -70.0) : -70.0;
}

double Meter::true_peak_dbtp() const
{
    double largest = 0;
    for (unsigned channel = 0; channel < 2; ++channel) {
        double peak = 0;
        ebur128_true_peak(state_.get(), channel, &peak);
        largest = std::max(largest, peak);
    }
    return largest > 0 ? std::max(20 * std::log10(largest), -70.0) : -70.0;
}

} // namespace media
