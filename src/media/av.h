#pragma once
#include "base/error.h"

#include <memory>
#include <string>
#include <string_view>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

/// libav wrapped once: owners for its handles, errors by category, a quiet log.
namespace media {

struct AvDeleter {
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
    void operator()(SwrContext* resampler) const { swr_free(&resampler); }
    void operator()(AVDictionary* dictionary) const { av_dict_free(&dictionary); }
};
/// A context that was opened for reading with avformat_open_input.
struct InputDeleter {
    void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};

using CodecContext = std::unique_ptr<AVCodecContext, AvDeleter>;
using Frame = std::unique_ptr<AVFrame, AvDeleter>;
using Packet = std::unique_ptr<AVPacket, AvDeleter>;
using Scaler = std::unique_ptr<SwsContext, AvDeleter>;
using Resampler = std::unique_ptr<SwrContext, AvDeleter>;
using InputContext = std::unique_ptr<AVFormatContext, InputDeleter>;

/// std::bad_alloc where there is no memory: the child's door turns it into one clear error.
Frame make_frame();
Packet make_packet();
CodecContext make_codec_context(AVCodec const* codec);

/// What libav says about a result ("Invalid data found ..."), with the last error line it logged on this thread.
std::string av_message(int result);
/// Passes a result of 0 or more through. Otherwise raises: NotFound, Forbidden, Storage, Cancelled (an interrupted
/// read), std::bad_alloc, InvalidInput for data that makes no sense, Internal for the rest.
int check(int result, std::string_view action, std::string_view path);

/// Sends libav's log to av_message() instead of standard error; opening an input does it too.
void quiet_av_log();
/// Forgets the line that av_message() would add, before a new unit of work.
void forget_av_log();

inline constexpr AVRational microseconds{1, AV_TIME_BASE}; ///< AV_TIME_BASE_Q is C only

/// A timestamp in seconds; must not be AV_NOPTS_VALUE.
inline double to_seconds(std::int64_t timestamp, AVRational time_base)
{
    return static_cast<double>(timestamp) * time_base.num / time_base.den;
}

} // namespace media
