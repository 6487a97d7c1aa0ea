#include "media/picture/picture_pool.h"

#include <cstdint>
#include <new>

namespace media {

static constexpr int alignment = 64;
static constexpr std::size_t margin = 128; // SIMD may read past the last row's end

static int align_up(int value) { return (value + alignment - 1) / alignment * alignment; }

PicturePool::PicturePool(int width, int height)
    : width_(width), height_(height), luma_stride_(align_up(width)), chroma_stride_(align_up((width + 1) / 2))
{
    auto const bytes = static_cast<std::size_t>(luma_stride_) * static_cast<std::size_t>(height) +
                       2 * static_cast<std::size_t>(chroma_stride_) * static_cast<std::size_t>((height + 1) / 2);
    pool_.reset(av_buffer_pool_init(bytes + margin + alignment, nullptr));
    if (!pool_) throw std::bad_alloc();
}

Picture PicturePool::take()
{
    auto frame = make_frame();
    frame->buf[0] = av_buffer_pool_get(pool_.get());
    if (!frame->buf[0]) throw std::bad_alloc();
    frame->width = width_;
    frame->height = height_;
    frame->format = AV_PIX_FMT_YUV420P;
    frame->color_range = AVCOL_RANGE_MPEG;
    frame->colorspace = AVCOL_SPC_BT709;
    frame->color_primaries = AVCOL_PRI_BT709;
    frame->color_trc = AVCOL_TRC_BT709;
    auto* data = frame->buf[0]->data;
    data += (alignment - reinterpret_cast<std::uintptr_t>(data) % alignment) % alignment;
    frame->data[0] = data;
    frame->data[1] = data + static_cast<std::ptrdiff_t>(luma_stride_) * height_;
    frame->data[2] = frame->data[1] + static_cast<std::ptrdiff_t>(chroma_stride_) * ((height_ + 1) / 2);
    frame->linesize[0] = luma_stride_;
    frame->linesize[1] = frame->linesize[2] = chroma_stride_;
    return Picture(std::move(frame));
}

} // namespace media
