#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace media {

/// Stereo look-ahead limiter: peaks between samples are estimated by cubic interpolation, the gain is the smallest that
/// the next 5 ms need, reached by a straight fade and let go over 80 ms. Output lags by the look-ahead; flush() gives
/// the rest.
class Limiter {
public:
    /// ceiling: largest absolute value that may come out, 0..1. 48 kHz.
    explicit Limiter(float ceiling);
    /// Interleaved stereo; appends what is ready.
    void process(std::span<float const> input, float gain, std::vector<float>& output);
    void flush(std::vector<float>& output);

private:
    static constexpr std::size_t look_ahead = 240; // frames: 5 ms
    struct Needed {
        std::size_t frame = 0;
        float gain = 1;
    };
    void push(float left, float right, std::vector<float>& output);
    void push_quiet(std::span<float const> input, float gain, std::vector<float>& output);
    bool is_quiet(std::span<float const> input, float gain) const;
    float peak(float left, float right);
    void remember(float needed);
    void put(float left, float right, float gain, std::vector<float>& output);

    float ceiling_;
    std::array<float, 2 * look_ahead> delayed_{}; ///< ring, interleaved, gain applied
    std::array<Needed, look_ahead + 2> window_{}; ///< ring of ascending gains: the first is the smallest of the window
    std::size_t window_begin_ = 0;
    std::size_t window_size_ = 0;
    std::array<float, look_ahead> smooth_; ///< ring of the last window minima
    double smooth_sum_ = look_ahead;
    float released_ = 1;
    float history_[2][4] = {};
    std::size_t frame_ = 0;
    std::size_t free_run_ = look_ahead; ///< frames since the gain was last held down
};

} // namespace media
