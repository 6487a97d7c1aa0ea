#include "media/audio/limiter.h"

#include <algorithm>
#include <cmath>

namespace media {

static constexpr std::size_t block_frames = 64;
static constexpr float overshoot_max = 1.25F; ///< of the interpolation, beyond the samples it goes through

Limiter::Limiter(float ceiling) : ceiling_(ceiling) { smooth_.fill(1); }

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

/// Takes a frame's gain into the window of those that are still to come out.
void Limiter::remember(float needed)
{
    auto const at = [&](std::size_t place) -> Needed& { return window_[(window_begin_ + place) % window_.size()]; };
    while (window_size_ > 0 && at(window_size_ - 1).gain >= needed) --window_size_;
    at(window_size_++) = {frame_, needed};
    while (at(0).frame + look_ahead < frame_) {
        window_begin_ = (window_begin_ + 1) % window_.size();
        --window_size_;
    }
}

void Limiter::put(float left, float right, float gain, std::vector<float>& output)
{
    auto* const slot = delayed_.data() + 2 * (frame_ % look_ahead);
    if (frame_ >= look_ahead)
        for (int i = 0; i < 2; ++i) output.push_back(std::clamp(slot[i] * gain, -ceiling_, ceiling_));
    slot[0] = left;
    slot[1] = right;
    ++frame_;
}

void Limiter::push(float left, float right, std::vector<float>& output)
{
    constexpr float release = 1.0F / (0.08F * 48000);
    auto const top = peak(left, right);
    remember(top > ceiling_ ? ceiling_ / top : 1.0F);
    released_ = std::min(window_[window_begin_].gain, released_ + release);
    free_run_ = released_ < 1 ? 0 : free_run_ + 1;
    auto& oldest = smooth_[frame_ % look_ahead];
    smooth_sum_ += static_cast<double>(released_) - static_cast<double>(oldest);
    oldest = released_;
    // The mean of the last minima fades straight to the gain that the delayed frame needs.
    put(left, right, static_cast<float>(smooth_sum_ / look_ahead), output);
}

/// True where nothing has to be held down, neither of the input nor of what is on its way.
bool Limiter::is_quiet(std::span<float const> input, float gain) const
{
    if (free_run_ < look_ahead) return false;
    float largest = 0;
    for (auto const& channel : history_)
        for (auto const value : channel) largest = std::max(largest, std::abs(value));
    float of_input = 0;
    for (auto const value : input) of_input = std::max(of_input, std::abs(value));
    return std::max(largest, of_input * std::abs(gain)) * overshoot_max < ceiling_;
}

/// What push() would do, without looking at each sample.
void Limiter::push_quiet(std::span<float const> input, float gain, std::vector<float>& output)
{
    for (std::size_t i = 0; i + 1 < input.size(); i += 2) put(input[i] * gain, input[i + 1] * gain, 1, output);
    auto const frames = input.size() / 2;
    for (std::size_t back = std::min<std::size_t>(4, frames); back > 0; --back)
        for (std::size_t channel = 0; channel < 2; ++channel) {
            auto* h = history_[channel];
            std::copy(h + 1, h + 4, h);
            h[3] = input[2 * (frames - back) + channel] * gain;
        }
    window_size_ = 1;
    window_[window_begin_] = {frame_ - 1, 1};
    smooth_.fill(1);
    smooth_sum_ = look_ahead;
    free_run_ += frames;
}

void Limiter::process(std::span<float const> input, float gain, std::vector<float>& output)
{
    for (std::size_t i = 0; i < input.size(); i += 2 * block_frames) {
        auto const block = input.subspan(i, std::min(2 * block_frames, input.size() - i));
        if (is_quiet(block, gain)) {
            push_quiet(block, gain, output);
            continue;
        }
        for (std::size_t k = 0; k + 1 < block.size(); k += 2) push(block[k] * gain, block[k + 1] * gain, output);
    }
}

void Limiter::flush(std::vector<float>& output)
{
    for (std::size_t i = 0; i < look_ahead; ++i) push(0, 0, output);
}

} // namespace media
