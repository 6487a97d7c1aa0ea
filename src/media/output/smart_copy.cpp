#include "media/output/smart_copy.h"

#include "base/error.h"
#include "media/decoder.h"

#include <algorithm>
#include <cmath>

namespace media {

static constexpr double rate_tolerance = 1e-4;        ///< of the frame rate
static constexpr std::size_t group_frames_max = 3600; ///< a longer one is encoded again, and read in pieces
static constexpr std::int64_t run_search_packets = 2000;

/// Every part of a plan that makes other pictures than the source's. What a plan learns to draw belongs in here.
static std::string why_drawn(plan::EditPlan const& plan)
{
    if (!plan.filters.empty()) return "it has filters";
    if (plan.captions && !plan.captions->words.empty()) return "it has captions";
    if (plan.encoder.name != "auto" && plan.encoder.name != "x264") return "another encoder is asked for";
    auto const& framing = plan.framing;
    auto const zooms = [](plan::FramingKey const& key) { return key.zoom != 1; };
    if (!framing.steady.empty() || !framing.changes.empty() ||
        (framing.mode != plan::FramingMode::Crop && framing.mode != plan::FramingMode::Fit) ||
        std::ranges::any_of(framing.path, zooms))
        return "it is framed anew";
    auto const fast = [](plan::Cut const& cut) { return cut.speed != 1 || cut.speed_to.value_or(1) != 1; };
    if (std::ranges::any_of(plan.cuts, fast)) return "it changes speed";
    return "";
}

static std::string why_not(plan::EditPlan const& plan, plan::MediaInfo const& info)
{
    auto const& video = *info.video;
    auto const rate = static_cast<double>(plan.canvas.rate_numerator) / plan.canvas.rate_denominator;
    if (video.codec != "h264") return "the source is not H.264";
    if (info.container.find("mp4") == std::string::npos && info.container.find("matroska") == std::string::npos)
        return "the source is neither MP4 nor Matroska";
    if (video.pixel_format != "yuv420p" || video.interlaced || video.hdr || video.rotation_degrees != 0)
        return "the source's pictures are not upright, progressive and 8-bit 4:2:0";
    if (video.coded_width != plan.canvas.width || video.coded_height != plan.canvas.height ||
        video.width != video.coded_width || video.height != video.coded_height)
        return "the canvas has another size";
    if (std::abs(video.frames_per_second - rate) > rate * rate_tolerance * 10) return "the frame rate is another";
    return "";
}

void SmartCopy::open(plan::EditPlan const& plan, std::stop_token const& stop)
{
    Decoder const decoder(plan.source, {.threads = 1, .want_audio = false}, stop);
    if (!decoder.has_video()) return;
    info_ = decoder.info();
    origin_ = decoder.origin();
    input_ = std::make_unique<Input>(plan.source, stop);
    auto& context = input_->context();
    for (unsigned i = 0; i < context.nb_streams; ++i) context.streams[i]->discard = AVDISCARD_ALL;
    stream_ = context.streams[decoder.video_stream()->index];
    stream_->discard = AVDISCARD_DEFAULT;
    rate_ = static_cast<double>(plan.canvas.rate_numerator) / plan.canvas.rate_denominator;
}

/// The colours as every clip of ours has them, and headers that can be told apart from the encoder's.
bool SmartCopy::is_usable(std::string& reason) const
{
    auto const& parameters = *stream_->codecpar;
    auto const matrix_fits = parameters.color_space == AVCOL_SPC_BT709 ||
                             (parameters.color_space == AVCOL_SPC_UNSPECIFIED && parameters.height > 576);
    if (!matrix_fits || parameters.color_range == AVCOL_RANGE_JPEG)
        reason = "the source's colours are not BT.709 of limited range";
    else if (parameters.extradata_size < 7 || parameters.extradata[0] != 1 || (parameters.extradata[4] & 3) != 3)
        reason = "the source's H.264 is not packed as MP4 wants it";
    return reason.empty();
}

void SmartCopy::close_group(double rate)
{
    if (groups_.empty()) return;
    auto& group = groups_.back();
    auto const coded = group.shown;
    std::ranges::sort(group.shown);
    for (std::size_t i = 0; i < coded.size(); ++i) {
        auto const place = std::ranges::lower_bound(group.shown, coded[i]) - group.shown.begin();
        group.delay = std::max(group.delay, static_cast<std::int64_t>(i) - place);
        auto const off = seconds(group.shown[i]) - seconds(group.shown[0]) - static_cast<double>(i) / rate;
        if (std::abs(off) > 0.25 / rate || (i > 0 && group.shown[i] == group.shown[i - 1])) group.whole = false;
    }
    if (!coded.empty() && coded.front() != group.shown.front()) group.whole = false; // pictures before its first
}

/// One reading of the file: where its groups begin and whether they can stand alone.
void SmartCopy::read_groups()
{
    auto const packet = make_packet();
    while (av_read_frame(&input_->context(), packet.get()) >= 0) {
        if (input_->stop().stop_requested())
            base::fail(base::ErrorCode::Cancelled, "stopped while reading '{}'", input_->path());
        if (packet->stream_index == stream_->index) {
            auto const units = units_with_lengths({packet->data, static_cast<std::size_t>(packet->size)});
            auto const idr = std::ranges::any_of(units, [](auto unit) { return unit_type(unit) == 5; });
            if (idr || groups_.empty()) {
                close_group(rate_);
                groups_.emplace_back();
                groups_.back().whole = idr;
                groups_.back().first_coded = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
            }
            auto& group = groups_.back();
            auto const foreign = std::ranges::any_of(units, [&](auto unit) {
                return (unit_type(unit) == 7 || unit_type(unit) == 8) && !sets_.contains(unit);
            });
            if (foreign || packet->pts == AV_NOPTS_VALUE ||
                (packet->flags & (AV_PKT_FLAG_CORRUPT | AV_PKT_FLAG_DISCARD)) || units.empty() ||
                group.shown.size() >= group_frames_max)
                group.whole = false;
            else
                group.shown.push_back(packet->pts);
        }
        av_packet_unref(packet.get());
    }
    close_group(rate_);
}

/// Where in the clip all pictures of a group show, one a frame; nothing where some of them don't.
std::optional<CopiedRun> SmartCopy::match(Group const& group, std::int64_t next_shown, std::size_t cut, double rate,
                                          plan::Timeline const& timeline) const
{
    auto const count = static_cast<std::int64_t>(group.shown.size());
    auto first = std::llround(timeline.clip_time(cut, seconds(group.shown[0])) * rate) - 1;
    first = std::max<std::int64_t>(first, 0);
    for (int i = 0; i < 3 && shown_by(timeline, rate, first) < seconds(group.shown[0]); ++i) ++first;
    for (std::int64_t i = 0; i < count; ++i) {
        auto const begin = seconds(group.shown[static_cast<std::size_t>(i)]);
        auto const next = i + 1 < count ? group.shown[static_cast<std::size_t>(i) + 1] : next_shown;
        auto const end = next == INT64_MAX ? begin + 1 / rate : seconds(next);
        auto const at = shown_by(timeline, rate, first + i);
        if (timeline.at(static_cast<double>(first + i) / rate + 1e-7).cut != cut || at < begin || at >= end + 1e-9)
            return std::nullopt;
    }
    return CopiedRun{{first, first + count}, group.shown[0], group.first_coded, group.delay};
}

void SmartCopy::match(plan::EditPlan const& plan)
{
    plan::Timeline const timeline(plan.cuts);
    auto const total = frame_count(plan);
    for (std::size_t cut = 0; cut < plan.cuts.size(); ++cut) {
        auto const begin = std::ranges::lower_bound(groups_, plan.cuts[cut].start - 1 / rate_, {}, [&](auto const& g) {
            return g.shown.empty() ? 0.0 : seconds(g.shown[0]);
        });
        auto joins = false;
        for (auto group = begin; group != groups_.end(); ++group) {
            if (!group->whole || group->shown.empty()) {
                joins = false;
                continue;
            }
            if (seconds(group->shown[0]) >= plan.cuts[cut].end) break;
            auto const next = std::next(group);
            auto const follows = next != groups_.end() && !next->shown.empty();
            auto const run = match(*group, follows ? next->shown[0] : INT64_MAX, cut, rate_, timeline);
            if (!run || run->frames.last > total || (!runs_.empty() && run->frames.first < runs_.back().frames.last)) {
                joins = false;
                continue;
            }
            if (joins && runs_.back().frames.last == run->frames.first) {
                runs_.back().frames.last = run->frames.last;
                runs_.back().delay = std::max(runs_.back().delay, run->delay);
            } else {
                runs_.push_back(*run);
            }
            joins = true;
        }
    }
}

std::optional<SmartCopy> SmartCopy::plan(plan::EditPlan const& plan, std::stop_token const& stop, std::string& reason)
{
    reason = why_drawn(plan);
    if (!reason.empty()) return std::nullopt;
    SmartCopy copy;
    copy.open(plan, stop);
    if (!copy.stream_) return std::nullopt; // the decoder says why
    reason = why_not(plan, copy.info_);
    if (!reason.empty() || !copy.is_usable(reason)) return std::nullopt;
    auto const& parameters = *copy.stream_->codecpar;
    copy.sets_ = ParameterSets::parse({parameters.extradata, static_cast<std::size_t>(parameters.extradata_size)});
    copy.read_groups();
    copy.match(plan);
    copy.groups_ = {};
    if (!copy.runs_.empty()) return copy;
    reason = "no whole group of pictures lies inside a cut";
    return std::nullopt;
}

std::int64_t SmartCopy::frames() const
{
    std::int64_t count = 0;
    for (auto const& run : runs_) count += run.frames.length();
    return count;
}

void SmartCopy::read(CopiedRun const& run, std::function<void(AVPacket&, std::int64_t frame)> const& sink)
{
    check(av_seek_frame(&input_->context(), stream_->index, run.first_coded, AVSEEK_FLAG_BACKWARD), "seek in",
          input_->path());
    auto const packet = make_packet();
    std::int64_t left = run.frames.length();
    auto begun = false;
    for (std::int64_t searched = 0; left > 0;) {
        check(av_read_frame(&input_->context(), packet.get()), "read", input_->path());
        if (packet->stream_index == stream_->index) {
            begun = begun || packet->pts == run.first_shown;
            if (begun) {
                auto const place = std::llround((seconds(packet->pts) - seconds(run.first_shown)) * rate_);
                sink(*packet, run.frames.first + place);
                --left;
            } else if (++searched > run_search_packets) {
                base::fail(base::ErrorCode::Internal, "'{}': the pictures to copy were not found again",
                           input_->path());
            }
        }
        av_packet_unref(packet.get());
    }
}

} // namespace media
