#include "media/picture/normalise.h"

#include "base/error.h"

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/pixdesc.h>
}

#include <cmath>

namespace media {

static constexpr int standard_definition_height = 576; // up to here an untagged picture is BT.601, above BT.709

void Normaliser::GraphDeleter::operator()(AVFilterGraph* graph) const { avfilter_graph_free(&graph); }
Normaliser::~Normaliser() = default;

Normaliser::Shape Normaliser::shape_of(AVFrame const& frame)
{
    auto matrix = frame.colorspace;
    if (matrix == AVCOL_SPC_UNSPECIFIED || matrix == AVCOL_SPC_RESERVED)
        matrix = frame.height <= standard_definition_height ? AVCOL_SPC_SMPTE170M : AVCOL_SPC_BT709;
    auto range = frame.color_range;
    if (range == AVCOL_RANGE_UNSPECIFIED) range = AVCOL_RANGE_MPEG;
    auto const name = std::string_view(av_get_pix_fmt_name(static_cast<AVPixelFormat>(frame.format)));
    if (name.starts_with("yuvj")) range = AVCOL_RANGE_JPEG;
    return {frame.width, frame.height, frame.format, range, matrix, frame.color_trc, frame.interlaced_frame != 0};
}

static bool is_hdr(int transfer) { return transfer == AVCOL_TRC_SMPTE2084 || transfer == AVCOL_TRC_ARIB_STD_B67; }

/// The libavfilter chain that is needed, "" where the picture is already as it should be.
std::string Normaliser::description(Shape const& shape) const
{
    std::string out;
    auto const add = [&](std::string const& filter) { out += (out.empty() ? "" : ",") + filter; };
    auto const* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(shape.format));
    auto const rgb = format && (format->flags & AV_PIX_FMT_FLAG_RGB);
    if (shape.interlaced) add("bwdif=mode=send_frame:deint=interlaced");
    // Scaled down before anything costly looks at it.
    auto const upright_height = rotation_ % 180 == 0 ? shape.height : shape.width;
    auto const factor = upright_height > height_max_ ? static_cast<double>(height_max_) / upright_height : 1.0;
    auto const side = [&](int length) { return std::max(2L, std::lround(length * factor / 2) * 2); };
    if (is_hdr(shape.transfer)) {
        // BT.2390 is not in libavfilter; Hable on linear light with a 100 nit reference is what it offers.
        if (factor < 1) add(fmt::format("scale={}:{}:flags=bicubic", side(shape.width), side(shape.height)));
        add(fmt::format(
            "zscale=transferin={}:primariesin=bt2020:matrixin=bt2020nc:rangein={}:transfer=linear:npl=100,format="
            "gbrpf32le,"
            "zscale=primaries=bt709,tonemap=hable:desat=0,zscale=transfer=bt709:matrix=bt709:range=tv,format=yuv420p",
            shape.transfer == AVCOL_TRC_SMPTE2084 ? "smpte2084" : "arib-std-b67",
            shape.range == AVCOL_RANGE_JPEG ? "pc" : "tv"));
    } else if (factor < 1 || shape.format != AV_PIX_FMT_YUV420P || shape.range != AVCOL_RANGE_MPEG ||
               shape.matrix != AVCOL_SPC_BT709) {
        auto const from = shape.matrix == AVCOL_SPC_BT709 || rgb ? "bt709"
                          : shape.matrix == AVCOL_SPC_BT2020_NCL ? "bt2020"
                                                                 : "smpte170m";
        add(fmt::format("scale={}:{}:flags=bicubic:in_color_matrix={}:in_range={}:out_color_matrix=bt709:out_range=tv,"
                        "format=yuv420p",
                        side(shape.width), side(shape.height), from,
                        shape.range == AVCOL_RANGE_JPEG || rgb ? "pc" : "tv"));
    }
    if (rotation_ == 90) add("transpose=clock");
    if (rotation_ == 180) add("hflip,vflip");
    if (rotation_ == 270) add("transpose=cclock");
    return out;
}

void Normaliser::build(AVFrame const& frame, std::string const& filters)
{
    graph_.reset(avfilter_graph_alloc());
    if (!graph_) throw std::bad_alloc();
    graph_->nb_threads = 2;
    // Timestamps travel in microseconds.
    auto const input = fmt::format("video_size={}x{}:pix_fmt={}:time_base=1/1000000:pixel_aspect=1/1", frame.width,
                                   frame.height, frame.format);
    check(avfilter_graph_create_filter(&source_, avfilter_get_by_name("buffer"), "in", input.c_str(), nullptr,
                                       graph_.get()),
          "prepare", "the picture");
    check(
        avfilter_graph_create_filter(&sink_, avfilter_get_by_name("buffersink"), "out", nullptr, nullptr, graph_.get()),
        "prepare", "the picture");
    auto* outputs = avfilter_inout_alloc();
    auto* inputs = avfilter_inout_alloc();
    if (!outputs || !inputs) throw std::bad_alloc();
    *outputs = {.name = av_strdup("in"), .filter_ctx = source_, .pad_idx = 0, .next = nullptr};
    *inputs = {.name = av_strdup("out"), .filter_ctx = sink_, .pad_idx = 0, .next = nullptr};
    auto const parsed = avfilter_graph_parse_ptr(graph_.get(), filters.c_str(), &inputs, &outputs, nullptr);
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    check(parsed, "prepare the picture with", filters);
    check(avfilter_graph_config(graph_.get(), nullptr), "prepare the picture with", filters);
}

void Normaliser::pull(Sink const& sink)
{
    for (;;) {
        auto frame = make_frame();
        auto const got = av_buffersink_get_frame(sink_, frame.get());
        if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
        check(got, "prepare", "the picture");
        auto const seconds = static_cast<double>(frame->pts) * 1e-6;
        sink(Picture(std::move(frame)), seconds);
    }
}

void Normaliser::push(Item const& item, Sink const& sink)
{
    auto const shape = shape_of(*item.frame);
    if (!seen_ || !(shape == shape_)) {
        flush(sink);
        shape_ = shape;
        seen_ = true;
        if (auto const filters = description(shape); !filters.empty()) build(*item.frame, filters);
    }
    auto frame = make_frame();
    check(av_frame_ref(frame.get(), item.frame.get()), "prepare", "the picture");
    if (!graph_) {
        sink(Picture(std::move(frame)), item.seconds);
        return;
    }
    frame->pts = std::llround(item.seconds * 1e6);
    frame->sample_aspect_ratio = {1, 1};
    check(av_buffersrc_add_frame(source_, frame.get()), "prepare", "the picture");
    pull(sink);
}

void Normaliser::flush(Sink const& sink)
{
    if (graph_) {
        check(av_buffersrc_add_frame(source_, nullptr), "prepare", "the picture");
        pull(sink);
    }
    graph_.reset();
    seen_ = false;
}

} // namespace media
