#include "media/picture/picture.h"

#include "base/error.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace media {

Picture::Picture(int width, int height) : frame_(make_frame())
{
    if (width < 2 || height < 2 || width > 16384 || height > 16384 || width % 2 != 0 || height % 2 != 0)
        base::fail(base::ErrorCode::Internal, "a picture of {}x{}", width, height);
    frame_->width = width;
    frame_->height = height;
    frame_->format = AV_PIX_FMT_YUV420P;
    frame_->color_range = AVCOL_RANGE_MPEG;
    frame_->colorspace = AVCOL_SPC_BT709;
    frame_->color_primaries = AVCOL_PRI_BT709;
    frame_->color_trc = AVCOL_TRC_BT709;
    if (av_frame_get_buffer(frame_.get(), 0) < 0) throw std::bad_alloc();
}

Picture::Picture(Frame frame) : frame_(std::move(frame))
{
    if (!frame_ || frame_->format != AV_PIX_FMT_YUV420P)
        base::fail(base::ErrorCode::Internal, "a picture that is not yuv420p");
}

Picture Picture::copy() const
{
    Picture out(width(), height());
    check(av_frame_copy(out.frame(), frame()), "copy", "a picture");
    return out;
}

int Picture::width() const { return frame_->width; }
int Picture::height() const { return frame_->height; }

Plane Picture::plane(int index) const
{
    auto const half = index == 0 ? 0 : 1;
    return {frame_->data[index], (frame_->width + half) >> half, (frame_->height + half) >> half,
            frame_->linesize[index]};
}

Band Picture::band(int index) const
{
    auto const luma = plane(0);
    return {{luma.row(2 * index), luma.row(2 * index + 1)},
            plane(1).row(index),
            plane(2).row(index),
            index,
            luma.width,
            luma.height};
}

void Picture::fill(std::uint8_t y, std::uint8_t u, std::uint8_t v)
{
    std::uint8_t const values[]{y, u, v};
    for (int i = 0; i < 3; ++i) {
        auto const target = plane(i);
        for (int row = 0; row < target.height; ++row)
            std::memset(target.row(row), values[i], static_cast<std::size_t>(target.width));
    }
}

double Picture::mean_luma() const
{
    auto const luma = plane(0);
    std::uint64_t sum = 0;
    for (int y = 0; y < luma.height; ++y) {
        auto const* row = luma.row(y);
        std::uint32_t line = 0;
        for (int x = 0; x < luma.width; ++x) line += row[x];
        sum += line;
    }
    return static_cast<double>(sum) / (static_cast<double>(luma.width) * luma.height);
}

Yuv yuv_of(int red, int green, int blue)
{
    auto const y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    auto const byte = [](double value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)); };
    return {byte(16 + y * 219 / 255), byte(128 + (blue - y) / 1.8556 * 224 / 255),
            byte(128 + (red - y) / 1.5748 * 224 / 255)};
}

} // namespace media
