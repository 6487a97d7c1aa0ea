#pragma once
#include "media/analysis/shots.h"

#include <array>

namespace media::analysis {

/// Which colours a film has: counts the samples of small pictures in coarse bins of BT.709 YUV.
class PaletteMeter {
public:
    void add(std::uint8_t const* const planes[3], int const strides[3]);
    /// At most six, most frequent first; colours close to each other count as one.
    std::vector<plan::Swatch> finish() const;
    /// Means over the film, of signed chroma in -1..1: positive red difference is warm.
    double saturation() const;
    double warmth() const;
    /// Standard deviation of luma, 0..0.5.
    double contrast() const;

private:
    static constexpr int bins = 8; ///< a side
    struct Bin {
        double count = 0;
        double y = 0;
        double u = 0;
        double v = 0;
    };
    std::array<Bin, bins * bins * bins> bins_{};
    double count_ = 0;
    double luma_ = 0;
    double luma_squares_ = 0;
    double chroma_ = 0;
    double warm_ = 0;
};

} // namespace media::analysis
