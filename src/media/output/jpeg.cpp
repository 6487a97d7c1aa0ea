#include "media/output/jpeg.h"

#include "base/error.h"
#include "base/file.h"

namespace media {

void write_jpeg(Picture const& picture, std::filesystem::path const& path)
{
    auto const* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    if (!codec) base::fail(base::ErrorCode::Unavailable, "this libav has no JPEG encoder");
    auto context = make_codec_context(codec);
    context->width = picture.width();
    context->height = picture.height();
    context->pix_fmt = AV_PIX_FMT_YUVJ420P;
    context->color_range = AVCOL_RANGE_JPEG;
    context->time_base = {1, 1};
    context->flags |= AV_CODEC_FLAG_QSCALE;
    context->global_quality = 3 * FF_QP2LAMBDA;
    check(avcodec_open2(context.get(), codec, nullptr), "open the encoder", "mjpeg");
    // JPEG is BT.601 full range.
    Scaler const scaler(sws_getContext(picture.width(), picture.height(), AV_PIX_FMT_YUV420P, picture.width(),
                                       picture.height(), AV_PIX_FMT_YUVJ420P, SWS_BICUBIC, nullptr, nullptr, nullptr));
    if (!scaler) throw std::bad_alloc();
    sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(SWS_CS_ITU709), 0, sws_getCoefficients(SWS_CS_ITU601), 1,
                             0, 1 << 16, 1 << 16);
    auto full = make_frame();
    full->width = picture.width();
    full->height = picture.height();
    full->format = AV_PIX_FMT_YUVJ420P;
    full->color_range = AVCOL_RANGE_JPEG;
    full->quality = context->global_quality;
    check(av_frame_get_buffer(full.get(), 0), "write", path.string());
    sws_scale(scaler.get(), picture.frame()->data, picture.frame()->linesize, 0, picture.height(), full->data,
              full->linesize);
    check(avcodec_send_frame(context.get(), full.get()), "encode", path.string());
    auto packet = make_packet();
    check(avcodec_receive_packet(context.get(), packet.get()), "encode", path.string());
    base::write_file_atomic(path,
                            {reinterpret_cast<char const*>(packet->data), static_cast<std::size_t>(packet->size)});
}

} // namespace media
