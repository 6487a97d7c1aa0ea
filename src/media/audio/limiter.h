#pragma once
#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace media {

/// Stereo look-ahead limiter: peaks between samples are estimated by cubic interpolation, the gain is the smallest that
/// the next 5 ms need, reached by a straight fade and let go over 80 ms. Output lags by the look-ahead; flush() gives
/// the rest.
class Limiter {
public:
    /// ceiling: largest absolute value that may come out, 0..1. 48 kHz.
    explicit Limiter(float ceiling) : ceiling_(ceiling) {}
    /// Interleaved stereo; appends what is ready.
    void process(std::span<float const> input, float gain, std::vector<float>& output);
    void flush(std::vector<float>& output);

private:
    static constexpr std::size_t look_ahead = 240; // frames: 5 ms
    struct Needed {
        std::size_t frame;
        float gain;
    };
    void push(float left, float right, std::vector<float>& output);
    float peak(float left, float right);

    float ceiling_;
    std::deque<float> delayed_; ///< interleaved, gain applied
    std::deque<Needed> window_; ///< ascending gains: the front is the smallest of the window
    std::deque<float> smooth_;  ///< the last look_ahead window minima
    double smooth_sum_ = 0;
    float released_ = 1;
    float history_[2][4] = {};
    std::size_t frame_ = 0;
};

} // namespace media
