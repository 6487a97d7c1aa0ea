#pragma once
#include "media/picture/picture.h"

extern "C" {
#include <libavutil/buffer.h>
}

namespace media {

/// Gives out pictures of one size whose memory is used again once nobody holds them any more (an encoder may hold one
/// longer than we do): fresh memory for each frame would cost the kernel a page fault for every 4 KiB. Thread-safe.
class PicturePool {
public:
    PicturePool(int width, int height);
    Picture take();

private:
    struct Uninit {
        void operator()(AVBufferPool* pool) const { av_buffer_pool_uninit(&pool); }
    };
    int width_;
    int height_;
    int luma_stride_;
    int chroma_stride_;
    std::unique_ptr<AVBufferPool, Uninit> pool_;
};

} // namespace media
