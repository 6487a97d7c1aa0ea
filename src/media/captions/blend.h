#pragma once
#include "media/picture/picture.h"

#include <cstdint>
#include <vector>

namespace media {

struct BitmapSample {
    int alpha = 0, red = 0, green = 0, blue = 0;
};

/// A small picture with an opacity for each sample, ready to be laid over a Picture: planar YUV 4:2:0, BT.709 limited
/// range, colours multiplied by their opacity. Sides are even.
class Bitmap {
public:
    Bitmap() = default;
    /// From 32-bit 0xAARRGGBB samples, colours multiplied by alpha, as cairo draws them.
    Bitmap(std::uint32_t const* samples, int width, int height, int samples_per_row);

    int width() const { return width_; }
    int height() const { return height_; }
    bool empty() const { return width_ == 0; }
    std::size_t bytes() const { return luma_.size() * 2 + u_.size() * 3; }

private:
    friend void blend(Picture& picture, Bitmap const& bitmap, int left, int top, int opacity);
    /// Samples of a row outside [first, last) are fully transparent.
    struct Extent {
        int first = 0;
        int last = 0;
    };
    using Sample = BitmapSample;
    void add_row(std::uint32_t const* samples, int width, int y, Sample* sums);
    void add_chroma_row(int y, Sample* sums);

    int width_ = 0;
    int height_ = 0;
    std::vector<std::uint8_t> alpha_, luma_;
    std::vector<std::uint8_t> chroma_alpha_, u_, v_;
    std::vector<Extent> rows_, chroma_rows_;
};

inline constexpr int opaque = 256;

/// Lays the bitmap over the picture, its top left corner at (left, top), which are even and may lie outside; what
/// stands out of the picture is left away. Opacity 0..256 holds for the whole bitmap. Integer arithmetic, exact:
/// out = colour + round(in * (255 - alpha) / 255).
void blend(Picture& picture, Bitmap const& bitmap, int left, int top, int opacity = opaque);

} // namespace media
