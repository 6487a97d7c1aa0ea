#include "media/output/clip_writer.h"

#include "base/error.h"
#include "base/file.h"

#include <cerrno>

namespace media {

void OutputDeleter::operator()(AVFormatContext* context) const
{
    avio_closep(&context->pb);
    avformat_free_context(context);
}

OutputContext open_mp4(std::filesystem::path const& path)
{
    AVFormatContext* raw = nullptr;
    check(avformat_alloc_output_context2(&raw, nullptr, "mp4", path.c_str()), "write", path.string());
    OutputContext context(raw);
    check(avio_open(&context->pb, path.c_str(), AVIO_FLAG_WRITE), "write", path.string());
    return context;
}

std::unique_ptr<AVDictionary, AvDeleter> mp4_options()
{
    AVDictionary* options = nullptr;
    av_dict_set(&options, "movflags", "+faststart+negative_cts_offsets", 0);
    av_dict_set(&options, "use_editlist", "0", 0);
    return std::unique_ptr<AVDictionary, AvDeleter>(options);
}

ClipWriter::ClipWriter(std::filesystem::path const& path, plan::EncoderPlan const& encoder, plan::Canvas const& canvas,
                       std::filesystem::path const& audio)
    : path_(path), encoder_(open_video_encoder(encoder, canvas)), audio_(audio, {})
{
    output_ = open_mp4(path);
    video_stream_ = avformat_new_stream(output_.get(), nullptr);
    audio_stream_ = avformat_new_stream(output_.get(), nullptr);
    if (!video_stream_ || !audio_stream_) throw std::bad_alloc();
    video_stream_->time_base = encoder_.context->time_base;
    video_stream_->avg_frame_rate = encoder_.context->framerate;
    check(avcodec_parameters_from_context(video_stream_->codecpar, encoder_.context.get()), "write", path.string());
    check(avcodec_parameters_copy(audio_stream_->codecpar, audio_.context().streams[0]->codecpar), "write",
          path.string());
    audio_stream_->codecpar->codec_tag = 0;
    audio_stream_->time_base = audio_.context().streams[0]->time_base;
    auto* options = mp4_options().release();
    auto const written = avformat_write_header(output_.get(), &options);
    std::unique_ptr<AVDictionary, AvDeleter> const unused(options);
    check(written, "write", path.string());
}

/// libav tells a full disk as a plain I/O error at a distance; errno of the write is still there.
static int check_write(int result, std::filesystem::path const& path)
{
    if (result >= 0) return result;
    if (result == AVERROR(ENOSPC) || result == AVERROR(EFBIG) || result == AVERROR(EDQUOT) || result == AVERROR(EIO))
        base::fail_errno(AVUNERROR(result), "write", path.string());
    return check(result, "write", path.string());
}

void ClipWriter::copy_audio(double until_seconds)
{
    auto const* source = audio_.context().streams[0];
    while (!audio_ended_) {
        if (!audio_pending_) {
            auto const read = av_read_frame(&audio_.context(), audio_packet_.get());
            audio_ended_ = read == AVERROR_EOF;
            if (audio_ended_) return;
            check(read, "read", "the clip's sound");
            audio_pending_ = true;
        }
        if (to_seconds(audio_packet_->pts, source->time_base) > until_seconds) return;
        av_packet_rescale_ts(audio_packet_.get(), source->time_base, audio_stream_->time_base);
        audio_packet_->stream_index = audio_stream_->index;
        audio_packet_->pos = -1;
        check_write(av_interleaved_write_frame(output_.get(), audio_packet_.get()), path_);
        audio_pending_ = false;
    }
}

void ClipWriter::drain()
{
    for (;;) {
        auto const received = avcodec_receive_packet(encoder_.context.get(), packet_.get());
        if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return;
        check(received, "encode", path_.string());
        packet_->duration = 1; // constant frame rate; the encoder leaves it out
        av_packet_rescale_ts(packet_.get(), encoder_.context->time_base, video_stream_->time_base);
        packet_->stream_index = video_stream_->index;
        copy_audio(to_seconds(packet_->dts, video_stream_->time_base));
        check_write(av_interleaved_write_frame(output_.get(), packet_.get()), path_);
    }
}

void ClipWriter::write(Picture const& picture, std::int64_t frame)
{
    auto* raw = picture.frame();
    raw->pts = frame;
    raw->pict_type = AV_PICTURE_TYPE_NONE;
    check(avcodec_send_frame(encoder_.context.get(), raw), "encode", path_.string());
    drain();
}

void ClipWriter::finish()
{
    check(avcodec_send_frame(encoder_.context.get(), nullptr), "encode", path_.string());
    drain();
    copy_audio(1e12);
    check_write(av_write_trailer(output_.get()), path_);
    check_write(avio_closep(&output_->pb), path_);
    base::sync_file(path_);
}

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
