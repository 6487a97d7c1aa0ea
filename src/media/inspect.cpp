#include "media/inspect.h"

#include <algorithm>
#include <cmath>

extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

namespace media {

namespace {

constexpr std::int64_t scan_bytes_max = 256LL << 20;
constexpr double single_picture_seconds = 0.04;
constexpr int index_entries_max = 20'000;

int clockwise_rotation(AVStream const& stream)
{
    auto const* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
    if (!matrix) return 0;
    auto const counter_clockwise = av_display_rotation_get(reinterpret_cast<std::int32_t const*>(matrix));
    if (std::isnan(counter_clockwise)) return 0;
    auto const quarters = static_cast<int>(std::lround(-counter_clockwise / 90));
    return ((quarters % 4) + 4) % 4 * 90;
}

/// Width and height as a player shows them.
void set_displayed_size(plan::VideoStream& video, AVRational pixel_aspect)
{
    auto const stretch = pixel_aspect.num > 0 && pixel_aspect.den > 0 ? av_q2d(pixel_aspect) : 1.0;
    auto const limited = std::clamp(stretch, 0.1, 10.0); // nonsense in the header must not make a picture of any size
    video.width = std::max(1, static_cast<int>(std::lround(video.coded_width * limited)));
    video.height = video.coded_height;
    if (video.rotation_degrees % 180 != 0) std::swap(video.width, video.height);
}

double stream_duration(AVStream const& stream, double otherwise)
{
    return stream.duration == AV_NOPTS_VALUE ? otherwise : to_seconds(stream.duration, stream.time_base);
}

/// The index of an MP4 lists every picture; true where it can speak for the whole file.
bool has_whole_index(AVFormatContext const& context)
{
    return std::string_view(context.iformat->name).starts_with("mov");
}

bool index_says_variable(AVStream const& stream)
{
    auto* entries = const_cast<AVStream*>(&stream);
    auto const count = std::min(avformat_index_get_entries_count(entries), index_entries_max);
    std::vector<std::int64_t> timestamps;
    for (int i = 0; i < count; ++i)
        if (auto const* entry = avformat_index_get_entry(entries, i)) timestamps.push_back(entry->timestamp);
    return is_variable_rate(std::move(timestamps));
}

plan::VideoStream video_stream(AVFormatContext& context, AVStream const& stream, double duration)
{
    auto const& parameters = *stream.codecpar;
    plan::VideoStream video;
    video.codec = avcodec_get_name(parameters.codec_id);
    video.coded_width = parameters.width;
    video.coded_height = parameters.height;
    video.rotation_degrees = clockwise_rotation(stream);
    set_displayed_size(video, av_guess_sample_aspect_ratio(&context, const_cast<AVStream*>(&stream), nullptr));
    auto const rate = stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
    video.frames_per_second = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
    video.variable_frame_rate = has_whole_index(context) && index_says_variable(stream);
    if (auto const* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(parameters.format))) {
        video.bit_depth = format->comp[0].depth;
        video.pixel_format = format->name;
    }
    video.hdr = parameters.color_trc == AVCOL_TRC_SMPTE2084 || parameters.color_trc == AVCOL_TRC_ARIB_STD_B67;
    video.interlaced = parameters.field_order != AV_FIELD_UNKNOWN && parameters.field_order != AV_FIELD_PROGRESSIVE;
    video.duration_seconds = stream_duration(stream, duration);
    return video;
}

/// Where the data of a cut-off MP4 ends: its index speaks of more than there is.
double limit_to_data(AVStream const& stream, std::int64_t size, double origin, double end)
{
    auto* entries = const_cast<AVStream*>(&stream);
    auto position = avformat_index_get_entries_count(entries) - 1;
    auto const* entry = position >= 0 ? avformat_index_get_entry(entries, position) : nullptr;
    if (!entry || entry->pos + entry->size <= size) return end;
    while (entry && entry->pos + entry->size > size)
        entry = --position >= 0 ? avformat_index_get_entry(entries, position) : nullptr;
    return entry ? std::max(0.0, to_seconds(entry->timestamp, stream.time_base) - origin) : 0.0;
}

double end_of(Input const& input, AVStream const* stream, double origin)
{
    if (!stream || stream->duration == AV_NOPTS_VALUE) return 0;
    auto const start =
        stream->start_time == AV_NOPTS_VALUE ? origin : to_seconds(stream->start_time, stream->time_base);
    auto const end = start - origin + to_seconds(stream->duration, stream->time_base);
    return has_whole_index(input.context()) ? limit_to_data(*stream, input.size_bytes(), origin, end) : end;
}

double total_duration(Input const& input, AVStream const* video, AVStream const* audio, double origin)
{
    auto const& context = input.context();
    auto const guessed = context.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
    if (std::string_view(context.iformat->name).starts_with("matroska") && context.duration > 0 && !guessed)
        return std::max(0.0, to_seconds(context.duration, microseconds) - origin); // counted from the file's own 0
    auto const of_streams = std::max(end_of(input, video, origin), end_of(input, audio, origin));
    if (of_streams > 0 && !guessed) return of_streams;
    if (context.duration > 0 && !guessed) return to_seconds(context.duration, microseconds);
    return scan_duration(input, origin);
}

} // namespace

plan::MediaInfo inspect(Input const& input, AVStream const* video, AVStream const* audio, double origin)
{
    plan::MediaInfo info;
    info.path = input.path();
    info.container = input.context().iformat->name;
    info.size_bytes = input.size_bytes();
    info.duration_seconds = total_duration(input, video, audio, origin);
    if (video) info.video = video_stream(input.context(), *video, info.duration_seconds);
    if (audio) {
        auto const& parameters = *audio->codecpar;
        info.audio =
            plan::AudioStream{avcodec_get_name(parameters.codec_id), parameters.sample_rate,
                              parameters.ch_layout.nb_channels, stream_duration(*audio, info.duration_seconds)};
    }
    return info;
}

bool is_variable_rate(std::vector<std::int64_t> timestamps)
{
    if (timestamps.size() < 4) return false;
    std::sort(timestamps.begin(), timestamps.end());
    std::vector<std::int64_t> distances;
    for (std::size_t i = 1; i < timestamps.size(); ++i) distances.push_back(timestamps[i] - timestamps[i - 1]);
    auto const middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
    std::nth_element(distances.begin(), middle, distances.end());
    auto const usual = static_cast<double>(*middle);
    auto const tolerance = std::max(1.5, usual * 0.1); // a tick of rounding, or a tenth
    auto const unusual = std::count_if(distances.begin(), distances.end(), [&](std::int64_t distance) {
        return std::abs(static_cast<double>(distance) - usual) > tolerance;
    });
    return static_cast<double>(unusual) > std::max(1.0, 0.02 * static_cast<double>(distances.size()));
}

double scan_duration(Input const& input, double origin)
{
    Input scan(input.path(), input.stop());
    auto const packet = make_packet();
    double end = 0;
    std::int64_t bytes = 0;
    while (bytes < scan_bytes_max && av_read_frame(&scan.context(), packet.get()) >= 0) {
        auto const& stream = *scan.context().streams[packet->stream_index];
        auto const at = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
        end = std::max(end, single_picture_seconds);
        if (at != AV_NOPTS_VALUE)
            end =
                std::max(end, to_seconds(at + std::max<std::int64_t>(packet->duration, 0), stream.time_base) - origin);
        bytes += packet->size;
        av_packet_unref(packet.get());
    }
    if (bytes < scan_bytes_max) return end;
    return end * static_cast<double>(input.size_bytes()) / static_cast<double>(bytes);
}

} // namespace media
