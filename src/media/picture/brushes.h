#pragma once
#include "media/filter.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace media {

/// Chance that depends on the plan's seed, a number that counts (a frame, a row ...) and what it is for: 0 to below 1.
double chance(std::uint64_t seed, std::int64_t count, std::uint64_t purpose);

/// Noise near to a bell curve, two samples wide as grain is (finer noise would only cost bits), made once; each frame
/// looks at it from another place, so no two frames show the same grain.
class Grain {
public:
    explicit Grain(double amount);
    void operator()(Band const& band, Moment const& moment) const;

private:
    std::vector<std::int8_t> tile_;
};

/// Light that falls off towards the corners; 1 makes them black.
class Vignette {
public:
    explicit Vignette(double amount);
    void operator()(Band const& band);

private:
    double amount_;
    std::vector<std::int16_t> squares_; ///< of each column's distance from the middle
};

/// Adds to each chroma sample what a table says for its luma.
class ChromaByLuma {
public:
    using Table = std::array<std::int8_t, 256>;
    /// shift: for luma in 0..1, what is added to U and V.
    template <class Shift> explicit ChromaByLuma(Shift shift)
    {
        for (std::size_t i = 0; i < 256; ++i) {
            auto const y = std::clamp((static_cast<double>(i) - 16) / 219, 0.0, 1.0);
            auto const [u, v] = shift(y);
            u_[i] = static_cast<std::int8_t>(std::lround(std::clamp(static_cast<double>(u), -127.0, 127.0)));
            v_[i] = static_cast<std::int8_t>(std::lround(std::clamp(static_cast<double>(v), -127.0, 127.0)));
        }
    }
    void operator()(Band const& band);

private:
    Table u_;
    Table v_;
    std::vector<std::uint8_t> mean_;
    std::vector<std::uint8_t> added_;
};

/// Smooths and sharpens all planes.
void refine(Picture& picture, kernels::Neighbourhood const& luma, kernels::Neighbourhood const& chroma);

} // namespace media
