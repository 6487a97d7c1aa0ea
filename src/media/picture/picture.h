#pragma once
#include "media/av.h"

#include <cstdint>

namespace media {

/// One plane of a picture; `data` belongs to the Picture.
struct Plane {
    std::uint8_t* data;
    int width;
    int height;
    int stride;
    std::uint8_t* row(int y) const { return data + static_cast<std::ptrdiff_t>(y) * stride; }
};

/// Two luma rows and their chroma row of a picture: small enough to stay in the nearest cache while every step of the
/// way has its turn at it.
struct Band {
    std::uint8_t* y[2];
    std::uint8_t* u;
    std::uint8_t* v;
    int index;  ///< counted from the top; its first luma row is twice that
    int width;  ///< of the picture, in luma samples
    int height; ///< of the picture
};

/// A picture as the engine works on it: planar YUV 4:2:0, 8 bit, limited range, BT.709, upright, progressive.
class Picture {
public:
    /// Uninitialised; sides are even and in [2, 16384]. Memory comes from libav, aligned for its encoders.
    Picture(int width, int height);
    /// Takes a frame that already has this format.
    explicit Picture(Frame frame);

    Picture copy() const;
    int width() const;
    int height() const;
    /// 0 is Y, 1 is U (Cb), 2 is V (Cr).
    Plane plane(int index) const;
    Band band(int index) const;
    AVFrame* frame() const { return frame_.get(); }
    void fill(std::uint8_t y, std::uint8_t u, std::uint8_t v);
    /// Mean luma, 16 (black) .. 235 (white).
    double mean_luma() const;

private:
    Frame frame_;
};

/// A colour in BT.709 limited range.
struct Yuv {
    std::uint8_t y;
    std::uint8_t u;
    std::uint8_t v;
};
/// 8-bit sRGB to BT.709 limited range (ITU-R BT.709-6, 3.2 to 3.5).
Yuv yuv_of(int red, int green, int blue);

} // namespace media
