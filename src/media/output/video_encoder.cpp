#include "media/output/video_encoder.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <thread>

namespace media {

namespace {

constexpr int threads_max = 12;
constexpr double bits_a_pixel = 0.1; ///< for devices that know no constant quality

struct EncoderName {
    std::string_view name;
    char const* codec; ///< in libav
    bool software;     ///< takes a preset and a CRF
};

constexpr std::array<EncoderName, 7> encoders{{{"x264", "libx264", true},
                                               {"x265", "libx265", true},
                                               {"svtav1", "libsvtav1", true},
                                               {"nvenc", "h264_nvenc", false},
                                               {"vaapi", "h264_vaapi", false},
                                               {"qsv", "h264_qsv", false},
                                               {"v4l2", "h264_v4l2m2m", false}}};
/// What "auto" takes where it works, best first; x264 otherwise.
constexpr std::array<std::string_view, 4> automatic{"nvenc", "qsv", "vaapi", "v4l2"};

EncoderName const& find_encoder(std::string_view name)
{
    std::string known = "auto";
    for (auto const& encoder : encoders) {
        if (encoder.name == name) return encoder;
        known += ", " + std::string(encoder.name);
    }
    base::fail(base::ErrorCode::InvalidInput, "encoder: '{}' is none of {}", name, known);
}

/// Options that the encoders call by names of their own.
void set_quality(AVCodecContext& context, AVDictionary** options, EncoderName const& name,
                 plan::EncoderPlan const& wanted)
{
    if (name.software) {
        av_dict_set(options, "preset", name.name == "svtav1" ? "8" : wanted.preset.c_str(), 0);
        av_dict_set_int(options, "crf", wanted.crf, 0);
    } else if (name.name == "nvenc") {
        av_dict_set(options, "rc", "vbr", 0);
        av_dict_set_int(options, "cq", std::max(1, wanted.crf), 0);
    } else if (name.name == "vaapi") {
        av_dict_set(options, "rc_mode", "CQP", 0);
        av_dict_set_int(options, "qp", std::max(1, wanted.crf), 0);
    } else if (name.name == "qsv") {
        context.global_quality = std::max(1, wanted.crf);
    } else {
        context.bit_rate = std::llround(bits_a_pixel * context.width * context.height * av_q2d(context.framerate));
    }
}

void set_codec_options(AVDictionary** options, EncoderName const& name, int parameter_set_id)
{
    if (name.name == "x264") {
        // ultrafast would fall back to Baseline without it. No cap on the bit rate: x264's is not reproducible with
        // threads.
        av_dict_set(options, "profile", "high", 0);
        av_dict_set(options, "8x8dct", "1", 0);
        av_dict_set(options, "x264-params", fmt::format("sps-id={}", parameter_set_id).c_str(), 0);
    }
    if (name.name == "x265") av_dict_set(options, "x265-params", "log-level=none", 0);
}

} // namespace

int encoder_threads()
{
    // One and a half for each core: what x264 itself takes; each holds pictures of its own.
    return static_cast<int>(std::clamp(std::thread::hardware_concurrency() * 3 / 2, 1U, unsigned{threads_max}));
}

/// Devices take their pictures in a form of their own.
void VideoEncoder::choose_format(AVCodec const& codec, plan::Canvas const& canvas)
{
    context_->width = canvas.width;
    context_->height = canvas.height;
    context_->time_base = {canvas.rate_denominator, canvas.rate_numerator};
    context_->framerate = {canvas.rate_numerator, canvas.rate_denominator};
    context_->gop_size = 2 * (canvas.rate_numerator + canvas.rate_denominator - 1) / canvas.rate_denominator;
    context_->color_range = AVCOL_RANGE_MPEG;
    context_->colorspace = AVCOL_SPC_BT709;
    context_->color_primaries = AVCOL_PRI_BT709;
    context_->color_trc = AVCOL_TRC_BT709;
    context_->chroma_sample_location = AVCHROMA_LOC_LEFT;
    context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
    context_->pix_fmt = AV_PIX_FMT_YUV420P;
    auto const takes = [&](AVPixelFormat format) {
        for (auto const* known = codec.pix_fmts; known && *known != AV_PIX_FMT_NONE; ++known)
            if (*known == format) return true;
        return codec.pix_fmts == nullptr;
    };
    if (takes(AV_PIX_FMT_YUV420P)) return;
    if (takes(AV_PIX_FMT_NV12))
        context_->pix_fmt = AV_PIX_FMT_NV12;
    else if (takes(AV_PIX_FMT_VAAPI))
        open_device();
}

void VideoEncoder::open_device()
{
    AVBufferRef* device = nullptr;
    auto const opened = av_hwdevice_ctx_create(&device, AV_HWDEVICE_TYPE_VAAPI, nullptr, nullptr, 0);
    device_.reset(device);
    check_device(opened);
    std::unique_ptr<AVBufferRef, Unref> frames(av_hwframe_ctx_alloc(device));
    if (!frames) throw std::bad_alloc();
    auto& description = *reinterpret_cast<AVHWFramesContext*>(frames->data);
    description.format = AV_PIX_FMT_VAAPI;
    description.sw_format = AV_PIX_FMT_NV12;
    description.width = context_->width;
    description.height = context_->height;
    description.initial_pool_size = 20;
    check_device(av_hwframe_ctx_init(frames.get()));
    context_->pix_fmt = AV_PIX_FMT_VAAPI;
    context_->hw_frames_ctx = frames.release();
}

VideoEncoder::VideoEncoder(std::string const& name, plan::EncoderPlan const& wanted, plan::Canvas const& canvas,
                           EncoderOptions const& options)
    : name_(name)
{
    auto const& entry = find_encoder(name);
    software_ = entry.software;
    forget_av_log();
    auto const other = options.codecs.find(name);
    auto const* codec =
        avcodec_find_encoder_by_name(other != options.codecs.end() ? other->second.c_str() : entry.codec);
    if (!codec && name == "x264") base::fail(base::ErrorCode::Unavailable, "this libav has no encoder {}", entry.codec);
    if (!codec) throw EncoderLost(fmt::format("{}: this libav has no encoder {}", name, entry.codec));
    context_ = make_codec_context(codec);
    choose_format(*codec, canvas);
    AVDictionary* dictionary = nullptr;
    set_quality(*context_, &dictionary, entry, wanted);
    set_codec_options(&dictionary, entry, options.parameter_set_id);
    if (name == "x264") context_->thread_count = options.threads > 0 ? options.threads : encoder_threads();
    auto const opened = avcodec_open2(context_.get(), codec, &dictionary);
    std::unique_ptr<AVDictionary, AvDeleter> const unused(dictionary); // what the encoder did not take
    if (opened == AVERROR(EINVAL) && software_)
        base::fail(base::ErrorCode::InvalidInput, "encoder: {} does not take preset '{}' with crf {} at {}x{}", name,
                   wanted.preset, wanted.crf, canvas.width, canvas.height);
    check_device(opened);
}

int VideoEncoder::check_device(int result) const
{
    if (result >= 0 || name_ == "x264") return check(result, "encode with", name_);
    if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
    throw EncoderLost(fmt::format("{}: {}", name_, av_message(result)));
}

/// The picture as the device wants it; null where it takes ours.
Frame VideoEncoder::converted(AVFrame const& picture) const
{
    if (context_->pix_fmt == AV_PIX_FMT_YUV420P) return nullptr;
    auto mixed = make_frame();
    mixed->width = picture.width;
    mixed->height = picture.height;
    mixed->format = AV_PIX_FMT_NV12;
    if (av_frame_get_buffer(mixed.get(), 0) < 0) throw std::bad_alloc();
    for (int y = 0; y < picture.height; ++y)
        std::copy_n(picture.data[0] + static_cast<std::ptrdiff_t>(y) * picture.linesize[0], picture.width,
                    mixed->data[0] + static_cast<std::ptrdiff_t>(y) * mixed->linesize[0]);
    for (int y = 0; y < (picture.height + 1) / 2; ++y) {
        auto const* u = picture.data[1] + static_cast<std::ptrdiff_t>(y) * picture.linesize[1];
        auto const* v = picture.data[2] + static_cast<std::ptrdiff_t>(y) * picture.linesize[2];
        auto* out = mixed->data[1] + static_cast<std::ptrdiff_t>(y) * mixed->linesize[1];
        for (int x = 0; x < (picture.width + 1) / 2; ++x) {
            *out++ = u[x];
            *out++ = v[x];
        }
    }
    if (context_->pix_fmt != AV_PIX_FMT_VAAPI) return mixed;
    auto uploaded = make_frame();
    check_device(av_hwframe_get_buffer(context_->hw_frames_ctx, uploaded.get(), 0));
    check_device(av_hwframe_transfer_data(uploaded.get(), mixed.get(), 0));
    return uploaded;
}

void VideoEncoder::send(Picture const& picture, std::int64_t frame)
{
    auto const own = converted(*picture.frame());
    auto* raw = own ? own.get() : picture.frame();
    raw->pts = frame;
    raw->pict_type = AV_PICTURE_TYPE_NONE;
    check_device(avcodec_send_frame(context_.get(), raw));
}

void VideoEncoder::flush() { check_device(avcodec_send_frame(context_.get(), nullptr)); }

bool VideoEncoder::receive(AVPacket& packet)
{
    auto const received = avcodec_receive_packet(context_.get(), &packet);
    if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return false;
    check_device(received);
    return true;
}

std::string choose_encoder(std::string const& wanted, std::vector<plan::EncoderState> const& states)
{
    if (wanted != "auto") return std::string(find_encoder(wanted).name);
    for (auto const name : automatic)
        for (auto const& state : states)
            if (state.name == name && state.works) return state.name;
    return "x264";
}

/// A few grey pictures through the encoder: opening alone does not show that a device works.
static void encode_a_little(std::string const& name)
{
    plan::Canvas const canvas{256, 256, 30, 1};
    plan::EncoderPlan wanted;
    if (name == "x265") wanted.preset = "ultrafast";
    VideoEncoder encoder(name, wanted, canvas, {.threads = 1});
    auto packet = make_packet();
    int packets = 0;
    auto const drain = [&] {
        for (; encoder.receive(*packet); av_packet_unref(packet.get())) ++packets;
    };
    for (int frame = 0; frame < 3; ++frame) {
        Picture picture(canvas.width, canvas.height);
        picture.fill(128, 128, 128);
        encoder.send(picture, frame);
        drain();
    }
    encoder.flush();
    drain();
    if (packets == 0) throw EncoderLost(name + ": it encoded nothing");
}

std::vector<plan::EncoderState> try_video_encoders()
{
    std::vector<plan::EncoderState> states;
    for (auto const& name : encoders) {
        plan::EncoderState state{std::string(name.name), true, {}};
        try {
            encode_a_little(state.name);
        } catch (base::Error const& error) {
            state.works = false;
            state.reason = error.what();
        } catch (EncoderLost const& lost) {
            state.works = false;
            state.reason = lost.what();
        }
        states.push_back(std::move(state));
    }
    return states;
}

} // namespace media
