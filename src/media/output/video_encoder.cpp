#include "media/output/clip_writer.h"

#include "base/error.h"

#include <array>

extern "C" {
#include <libavutil/opt.h>
}

namespace media {

namespace {

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

} // namespace

static EncoderName const& find_encoder(std::string_view name)
{
    if (name == "auto") return encoders[0];
    std::string known = "auto";
    for (auto const& encoder : encoders) {
        if (encoder.name == name) return encoder;
        known += ", " + std::string(encoder.name);
    }
    base::fail(base::ErrorCode::InvalidInput, "encoder: '{}' is none of {}", name, known);
}

static CodecContext open_one(EncoderName const& name, plan::EncoderPlan const& wanted, plan::Canvas const& canvas)
{
    auto const* codec = avcodec_find_encoder_by_name(name.codec);
    if (!codec) base::fail(base::ErrorCode::Unavailable, "this libav has no encoder {}", name.codec);
    auto context = make_codec_context(codec);
    context->width = canvas.width;
    context->height = canvas.height;
    context->pix_fmt = AV_PIX_FMT_YUV420P;
    context->time_base = {canvas.rate_denominator, canvas.rate_numerator};
    context->framerate = {canvas.rate_numerator, canvas.rate_denominator};
    context->gop_size = 2 * (canvas.rate_numerator + canvas.rate_denominator - 1) / canvas.rate_denominator;
    context->color_range = AVCOL_RANGE_MPEG;
    context->colorspace = AVCOL_SPC_BT709;
    context->color_primaries = AVCOL_PRI_BT709;
    context->color_trc = AVCOL_TRC_BT709;
    context->chroma_sample_location = AVCHROMA_LOC_LEFT;
    context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
    AVDictionary* options = nullptr;
    if (name.software) {
        av_dict_set(&options, "preset", name.name == "svtav1" ? "8" : wanted.preset.c_str(), 0);
        av_dict_set_int(&options, "crf", wanted.crf, 0);
    }
    // ultrafast would fall back to Baseline without it. No cap on the bit rate: x264's is not reproducible with
    // threads.
    if (name.name == "x264") {
        av_dict_set(&options, "profile", "high", 0);
        av_dict_set(&options, "8x8dct", "1", 0);
    }
    if (name.name == "x265") av_dict_set(&options, "x265-params", "log-level=none", 0);
    auto const opened = avcodec_open2(context.get(), codec, &options);
    std::unique_ptr<AVDictionary, AvDeleter> const unused(options); // what the encoder did not take
    if (opened == AVERROR(EINVAL) && name.software)
        base::fail(base::ErrorCode::InvalidInput, "encoder: {} does not take preset '{}' with crf {} at {}x{}",
                   name.name, wanted.preset, wanted.crf, canvas.width, canvas.height);
    check(opened, "open the encoder", name.codec);
    return context;
}

/// A few grey pictures through the encoder: opening alone does not show that a device works.
static void encode_a_little(AVCodecContext& context, plan::Canvas const& canvas)
{
    auto packet = make_packet();
    std::int64_t packets = 0;
    auto const drain = [&] {
        int result = 0;
        while ((result = avcodec_receive_packet(&context, packet.get())) >= 0) ++packets;
        if (result != AVERROR(EAGAIN) && result != AVERROR_EOF) check(result, "encode with", context.codec->name);
    };
    for (int frame = 0; frame < 3; ++frame) {
        Picture picture(canvas.width, canvas.height);
        picture.fill(128, 128, 128);
        picture.frame()->pts = frame;
        check(avcodec_send_frame(&context, picture.frame()), "encode with", context.codec->name);
        drain();
    }
    check(avcodec_send_frame(&context, nullptr), "encode with", context.codec->name);
    drain();
    if (packets == 0) base::fail(base::ErrorCode::Unavailable, "{} encoded nothing", context.codec->name);
}

std::vector<plan::EncoderState> try_video_encoders()
{
    plan::Canvas const canvas{256, 256, 30, 1};
    std::vector<plan::EncoderState> states;
    for (auto const& name : encoders) {
        plan::EncoderState state{std::string(name.name), true, {}};
        try {
            plan::EncoderPlan plan;
            if (name.name == "x265") plan.preset = "ultrafast";
            auto const context = open_one(name, plan, canvas);
            encode_a_little(*context, canvas);
        } catch (base::Error const& error) {
            state.works = false;
            state.reason = error.what();
        }
        states.push_back(std::move(state));
    }
    return states;
}

VideoEncoder open_video_encoder(plan::EncoderPlan const& wanted, plan::Canvas const& canvas)
{
    auto const& name = find_encoder(wanted.name);
    try {
        return {open_one(name, wanted, canvas), std::string(name.name), std::nullopt};
    } catch (base::Error const& error) {
        if (name.name == "x264" || error.code == base::ErrorCode::InvalidInput) throw;
        // A device that is not there must not cost the clip.
        auto const reason = fmt::format("{}: {}", name.name, error.what());
        return {open_one(encoders[0], wanted, canvas), std::string(encoders[0].name), reason};
    }
}

} // namespace media
