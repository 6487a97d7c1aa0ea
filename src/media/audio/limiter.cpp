#include "media/audio/limiter.h"

#include <algorithm>
#include <cmath>

namespace media {

/// Largest value of the last frames, also between the samples (Catmull-Rom at the quarters).
float Limiter::peak(float left, float right)
{
    float largest = 0;
    float const input[]{left, right};
    for (int channel = 0; channel < 2; ++channel) {
        auto* h = history_[channel];
        h[0] = h[1];
        h[1] = h[2];
        h[2] = h[3];
        h[3] = input[channel];
        largest = std::max(largest, std::abs(h[3]));
        for (auto const t : {0.25F, 0.5F, 0.75F}) {
            auto const value =
                h[1] +
                0.5F * t *
                    (h[2] - h[0] + t * (2 * h[0] - 5 * h[1] + 4 * h[2] - h[3] + t * (3 * (h[1] - h[2]) + h[3] - h[0])));
            largest = std::max(largest, std::abs(value));
        }
    }
    return largest;
}

void Limiter::push(float left, float right, std::vector<float>& output)
{
    constexpr float release = 1.0F / (0.08F * 48000);
    auto const top = peak(left, right);
    auto const needed = top > ceiling_ ? ceiling_ / top : 1.0F;
    while (!window_.empty() && window_.back().gain >= needed) window_.pop_back();
    window_.push_back({frame_, needed});
    while (window_.front().frame + look_ahead < frame_) window_.pop_front();
    released_ = std::min(window_.front().gain, released_ + release);
    smooth_.push_back(released_);
    smooth_sum_ += released_;
    if (smooth_.size() > look_ahead) {
        smooth_sum_ -= smooth_.front();
        smooth_.pop_front();
    }
    delayed_.push_back(left);
    delayed_.push_back(right);
    ++frame_;
    // The mean of the last minima fades straight to the gain that the delayed frame needs.
    if (delayed_.size() <= 2 * look_ahead) return;
    auto const gain = static_cast<float>(smooth_sum_ / static_cast<double>(smooth_.size()));
    for (int i = 0; i < 2; ++i) {
        output.push_back(std::clamp(delayed_.front() * gain, -ceiling_, ceiling_));
        delayed_.pop_front();
    }
}

void Limiter::process(std::span<float const> input, float gain, std::vector<float>& output)
{
    for (std::size_t i = 0; i + 1 < input.size(); i += 2) push(input[i] * gain, input[i + 1] * gain, output);
}

void Limiter::flush(std::vector<float>& output)
{
    for (std::size_t i = 0; i < look_ahead; ++i) push(0, 0, output);
}

} // namespace media
