#include "media/captions/blend.h"

#include "media/kernels/kernels.h"

#include <algorithm>
#include <utility>

namespace media {

namespace {

using Sample = BitmapSample;

Sample split(std::uint32_t value)
{
    return {static_cast<int>(value >> 24U), static_cast<int>(value >> 16U & 0xFFU),
            static_cast<int>(value >> 8U & 0xFFU), static_cast<int>(value & 0xFFU)};
}

/// BT.709 limited range in 1/65536, of colours multiplied by alpha; the offset (16 or 128) is multiplied as well.
std::uint8_t luma_of(Sample const& s)
{
    constexpr int red = 11966, green = 40254, blue = 4064; // 0.2126, 0.7152, 0.0722 times 219 / 255
    auto const offset = (16 * s.alpha * 65536 + 127) / 255;
    auto const value = (red * s.red + green * s.green + blue * s.blue + offset + 32768) >> 16;
    return static_cast<std::uint8_t>(std::min(value, 255));
}

struct Chroma {
    int u, v;
};
/// Of the sum of four samples.
Chroma chroma_of(Sample const& sum)
{
    constexpr int round = 2 * 65536;
    auto const offset = static_cast<int>((128LL * sum.alpha * 65536 + 127) / 255);
    auto const u = (-6596 * sum.red - 22189 * sum.green + 28784 * sum.blue + offset + round) >> 18;
    auto const v = (28784 * sum.red - 26145 * sum.green - 2639 * sum.blue + offset + round) >> 18;
    return {std::clamp(u, 0, 255), std::clamp(v, 0, 255)};
}

/// What lies below shines through by what the opacity leaves: never above 255 together.
std::uint8_t cap(int color, int alpha) { return static_cast<std::uint8_t>(std::min(color, alpha)); }

} // namespace

Bitmap::Bitmap(std::uint32_t const* samples, int width, int height, int samples_per_row)
    : width_((width + 1) / 2 * 2), height_((height + 1) / 2 * 2)
{
    auto const size = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
    alpha_.resize(size);
    luma_.resize(size);
    u_.resize(size / 4);
    v_.resize(size / 4);
    chroma_alpha_.resize(size / 4);
    rows_.resize(static_cast<std::size_t>(height_));
    chroma_rows_.resize(static_cast<std::size_t>(height_ / 2));
    std::vector<Sample> sums(static_cast<std::size_t>(width_ / 2));
    for (int y = 0; y < height_; ++y) {
        if (y < height) add_row(samples + static_cast<std::ptrdiff_t>(y) * samples_per_row, width, y, sums.data());
        if (y % 2 != 0) add_chroma_row(y / 2, sums.data());
    }
}

void Bitmap::add_row(std::uint32_t const* samples, int width, int y, Sample* sums)
{
    auto& extent = rows_[static_cast<std::size_t>(y)];
    auto const index = static_cast<std::ptrdiff_t>(y) * width_;
    for (int x = 0; x < width; ++x) {
        if (samples[x] >> 24U == 0) continue;
        auto const sample = split(samples[x]);
        alpha_[static_cast<std::size_t>(index + x)] = static_cast<std::uint8_t>(sample.alpha);
        luma_[static_cast<std::size_t>(index + x)] = cap(luma_of(sample), sample.alpha);
        auto& sum = sums[x / 2];
        sum = {sum.alpha + sample.alpha, sum.red + sample.red, sum.green + sample.green, sum.blue + sample.blue};
        if (extent.last == 0) extent.first = x;
        extent.last = x + 1;
    }
}

/// From the sums of four samples, which are emptied for the next two rows.
void Bitmap::add_chroma_row(int y, Sample* sums)
{
    auto& extent = chroma_rows_[static_cast<std::size_t>(y)];
    for (int x = 0; x < width_ / 2; ++x) {
        auto const sum = std::exchange(sums[x], Sample{});
        if (sum.alpha == 0) continue;
        auto const index = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(y) * (width_ / 2) + x);
        auto const [u, v] = chroma_of(sum);
        auto const alpha = (sum.alpha + 2) / 4;
        chroma_alpha_[index] = static_cast<std::uint8_t>(alpha);
        u_[index] = cap(u, alpha);
        v_[index] = cap(v, alpha);
        if (extent.last == 0) extent.first = x;
        extent.last = x + 1;
    }
}

void blend(Picture& picture, Bitmap const& bitmap, int left, int top, int opacity)
{
    if (bitmap.empty() || opacity <= 0) return;
    auto const layer = [&](Plane const& plane, std::vector<std::uint8_t> const& color,
                           std::vector<std::uint8_t> const& alpha, std::vector<Bitmap::Extent> const& rows, int x0,
                           int y0, int width) {
        for (int y = std::max(0, -y0); y < static_cast<int>(rows.size()) && y0 + y < plane.height; ++y) {
            auto const& extent = rows[static_cast<std::size_t>(y)];
            auto const first = std::max(extent.first, -x0);
            auto const count = std::min(extent.last, plane.width - x0) - first;
            if (count <= 0) continue;
            auto const index = static_cast<std::ptrdiff_t>(y) * width + first;
            auto* const out = plane.row(y0 + y) + x0 + first;
            if (opacity >= opaque)
                kernels::blend(out, count, color.data() + index, alpha.data() + index, opaque);
            else
                kernels::blend(out, count, color.data() + index, alpha.data() + index, opacity);
        }
    };
    layer(picture.plane(0), bitmap.luma_, bitmap.alpha_, bitmap.rows_, left, top, bitmap.width_);
    auto const half = bitmap.width_ / 2;
    // Arithmetic shifts: even places may be negative.
    layer(picture.plane(1), bitmap.u_, bitmap.chroma_alpha_, bitmap.chroma_rows_, left >> 1, top >> 1, half);
    layer(picture.plane(2), bitmap.v_, bitmap.chroma_alpha_, bitmap.chroma_rows_, left >> 1, top >> 1, half);
}

} // namespace media
