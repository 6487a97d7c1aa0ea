#include "media/audio/meter.h"

#include <algorithm>
#include <cmath>
#include <new>

namespace media {

static constexpr float quiet_level = 0.001F;            // -60 dBFS
static constexpr std::int64_t quiet_frames_min = 24000; // half a second of it is heard as silence

Meter::Meter(bool true_peak) : state_(ebur128_init(2, 48000, EBUR128_MODE_I | (true_peak ? EBUR128_MODE_TRUE_PEAK : 0)))
{
    if (!state_) throw std::bad_alloc();
}

void Meter::add(std::span<float const> samples)
{
    if (ebur128_add_frames_float(state_.get(), samples.data(), samples.size() / 2) != EBUR128_SUCCESS)
        throw std::bad_alloc();
    for (std::size_t i = 0; i + 1 < samples.size(); i += 2) {
        auto const quiet = std::max(std::abs(samples[i]), std::abs(samples[i + 1])) < quiet_level;
        quiet_run_ = quiet ? quiet_run_ + 1 : 0;
        if (quiet_run_ == quiet_frames_min)
            silent_frames_ += quiet_frames_min;
        else if (quiet_run_ > quiet_frames_min)
            ++silent_frames_;
    }
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
