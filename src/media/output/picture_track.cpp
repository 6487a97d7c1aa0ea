#include "media/output/picture_track.h"

#include "base/error.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

namespace media {

using Steady = std::chrono::steady_clock;

static constexpr double chunk_share = 1.0 / 25; ///< of the clip: what a kill loses at most, from 50 s on
static constexpr double chunk_seconds_min = 2;
static constexpr double chunk_seconds_max = 8;
static constexpr double sound_share = 0.02;       ///< of the progress bar
static constexpr unsigned cores_per_encoder = 12; ///< x264 keeps so many busy, hardly more
static constexpr int encoders_max = 3;            ///< each holds some 200 MiB

std::vector<FrameRange> chunk_ranges(std::int64_t frames, double rate, std::vector<CopiedRun> const& copied)
{
    auto const seconds = static_cast<double>(frames) / rate;
    auto const longest = std::max<std::int64_t>(
        1, std::llround(std::clamp(seconds * chunk_share, chunk_seconds_min, chunk_seconds_max) * rate));
    std::vector<FrameRange> ranges;
    auto const add = [&](std::int64_t first, std::int64_t last) {
        auto const pieces = (last - first + longest - 1) / longest;
        for (std::int64_t i = 0; i < pieces; ++i)
            ranges.push_back({first + (last - first) * i / pieces, first + (last - first) * (i + 1) / pieces});
    };
    std::int64_t at = 0;
    for (auto const& run : copied) {
        add(at, run.frames.first);
        at = run.frames.last;
    }
    add(at, frames);
    return ranges;
}

std::vector<std::vector<FrameRange>> shares_of(std::vector<FrameRange> const& ranges, int pieces)
{
    std::int64_t left = 0;
    for (auto const& range : ranges) left += range.length();
    std::vector<std::vector<FrameRange>> shares;
    std::int64_t filled = 0;
    for (auto const& range : ranges) {
        // Begun when the ones before have their part of the whole.
        auto const begun = static_cast<std::int64_t>(shares.size());
        if (shares.empty() || (begun < pieces && filled * pieces >= left * begun)) shares.emplace_back();
        shares.back().push_back(range);
        filled += range.length();
    }
    return shares;
}

std::vector<Part> PictureTrack::parts() const
{
    std::vector<Part> parts;
    for (auto const& chunk : chunks) parts.push_back({&chunk, nullptr});
    if (copy)
        for (auto const& run : copy->runs()) parts.push_back({nullptr, &run});
    std::ranges::sort(parts, {}, [](Part const& part) { return part.frames().first; });
    return parts;
}

namespace {

/// Tells how far a render is, a few times a second.
class Reporter {
public:
    Reporter(ProgressCallback const& callback, std::int64_t resumed, std::int64_t total)
        : callback_(callback), resumed_(resumed), done_(resumed), total_(std::max<std::int64_t>(1, total))
    {
        tell();
    }
    void frame()
    {
        ++done_;
        if (done_ == total_ || Steady::now() - last_ >= std::chrono::milliseconds(200)) tell();
    }

private:
    void tell()
    {
        last_ = Steady::now();
        if (!callback_) return;
        auto const part = static_cast<double>(done_) / static_cast<double>(total_);
        auto const elapsed = std::chrono::duration<double>(last_ - begin_).count();
        auto const new_ones = static_cast<double>(done_ - resumed_);
        auto const eta =
            new_ones > 0 ? std::optional(elapsed / new_ones * static_cast<double>(total_ - done_)) : std::nullopt;
        callback_({"render", sound_share + (1 - sound_share) * part, eta});
    }
    ProgressCallback const& callback_;
    std::int64_t resumed_;
    std::int64_t done_;
    std::int64_t total_;
    Steady::time_point begin_ = Steady::now();
    Steady::time_point last_ = begin_;
};

class PictureMaker {
public:
    PictureMaker(plan::RenderRequest const& request, RenderSeams const& seams, ProgressCallback const& progress,
                 std::stop_token stop);
    PictureTrack run();

private:
    void take_over();
    void encode_missing();
    void encode(FrameRange range, Drawing& drawing, std::stop_token const& stop);
    void encode_together(std::vector<std::vector<FrameRange>> const& shares);
    void fall_back(std::string const& reason);
    void choose_parameter_set_id();

    plan::EditPlan const& plan_;
    RenderSeams const& seams_;
    ProgressCallback const& progress_;
    std::stop_token stop_;
    std::filesystem::path folder_;
    PictureTrack track_;
    EncoderOptions options_;
    std::vector<FrameRange> ranges_;
    std::mutex mutex_; ///< of all below and of the track's chunks, where several encoders are at work
    std::optional<Reporter> reporter_;
};

PictureMaker::PictureMaker(plan::RenderRequest const& request, RenderSeams const& seams,
                           ProgressCallback const& progress, std::stop_token stop)
    : plan_(request.plan), seams_(seams), progress_(progress), stop_(std::move(stop)), folder_(request.work_folder)
{
    options_.codecs = seams.codecs;
    track_.frames = frame_count(plan_);
    track_.encoder = choose_encoder(plan_.encoder.name, request.encoders);
    track_.copy = SmartCopy::plan(plan_, stop_, track_.copy_refused);
    if (track_.copy) track_.encoder = "x264";
    auto const rate = static_cast<double>(plan_.canvas.rate_numerator) / plan_.canvas.rate_denominator;
    ranges_ = chunk_ranges(track_.frames, rate, track_.copy ? track_.copy->runs() : std::vector<CopiedRun>{});
}

static std::string_view codec_of(std::string_view encoder)
{
    return encoder == "x265" ? "hevc" : encoder == "svtav1" ? "av1" : "h264";
}

/// What an earlier run finished, as far as it can stand beside what this one's encoder makes.
void PictureMaker::take_over()
{
    for (auto& record : load_chunks(folder_, ranges_)) {
        auto const own = record.encoder == track_.encoder;
        auto const fits = own || (record.codec == codec_of(track_.encoder) &&
                                  (track_.encoder == "x264" || record.parameter_set_id > 0));
        if (!fits) {
            remove_chunk(folder_, record.first);
            continue;
        }
        if (record.encoder == "x264") options_.threads = record.threads; // the same bits for the rest of it
        track_.resumed_frames += record.frames;
        track_.chunks.push_back(std::move(record));
    }
}

/// x264 keeps clear of the headers of others in the same clip.
void PictureMaker::choose_parameter_set_id()
{
    options_.parameter_set_id = 0;
    if (track_.encoder != "x264") return;
    std::optional<ParameterSets> others;
    if (track_.copy) others = track_.copy->parameter_sets();
    for (auto const& record : track_.chunks) {
        if (record.encoder == "x264" || record.codec != "h264") continue;
        auto const sets = ParameterSets::parse(record.extradata_bytes());
        if (others)
            others->add(sets);
        else
            others = sets;
    }
    if (others) options_.parameter_set_id = others->free_id();
}

void PictureMaker::fall_back(std::string const& reason)
{
    track_.fallback = reason;
    track_.encoder = "x264";
    std::erase_if(track_.chunks, [&](ChunkRecord const& record) {
        auto const foreign = record.codec != "h264";
        if (foreign) remove_chunk(folder_, record.first);
        return foreign;
    });
    choose_parameter_set_id();
}

void PictureMaker::encode(FrameRange range, Drawing& drawing, std::stop_token const& stop)
{
    auto encoder = std::make_unique<VideoEncoder>(track_.encoder, plan_.encoder, plan_.canvas, options_);
    ChunkWriter writer(folder_, range, std::move(encoder), options_);
    for (auto frame = range.first; frame < range.last; ++frame) {
        if (stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "the render was cancelled");
        auto const drawn = drawing.next();
        if (!drawn || drawn->frame != frame)
            base::fail(base::ErrorCode::Internal, "frame {} of the clip was not drawn", frame);
        if (seams_.before_encode) seams_.before_encode(track_.encoder, frame);
        writer.write(*drawn);
        std::scoped_lock const lock(mutex_);
        reporter_->frame();
    }
    auto record = writer.finish();
    std::scoped_lock const lock(mutex_);
    auto const place = std::ranges::upper_bound(track_.chunks, record.first, {}, &ChunkRecord::first);
    track_.chunks.insert(place, std::move(record));
}

void PictureMaker::encode_missing()
{
    std::vector<FrameRange> missing;
    for (auto const& range : ranges_)
        if (!std::ranges::binary_search(track_.chunks, range.first, {}, &ChunkRecord::first)) missing.push_back(range);
    std::int64_t left = 0;
    for (auto const& range : missing) left += range.length();
    std::int64_t done = 0;
    for (auto const& chunk : track_.chunks) done += chunk.frames;
    reporter_.emplace(progress_, done, done + left);
    if (missing.empty()) return;
    // One at a time on most machines: two hold twice the memory, and while one ends, the next pictures are drawn
    // already.
    auto const suits = static_cast<int>(std::thread::hardware_concurrency() / cores_per_encoder);
    encode_together(shares_of(missing, seams_.encoders > 0 ? seams_.encoders : std::clamp(suits, 1, encoders_max)));
}

/// Each share with an encoder of its own. The first error ends the others.
void PictureMaker::encode_together(std::vector<std::vector<FrameRange>> const& shares)
{
    std::stop_source end;
    std::stop_callback const asked(stop_, [&] { end.request_stop(); });
    std::exception_ptr error;
    auto const work = [&](std::vector<FrameRange> const& share) {
        try {
            Drawing drawing(plan_, end.get_token(), share, seams_.workers);
            for (auto const& range : share) encode(range, drawing, end.get_token());
        } catch (...) {
            std::scoped_lock const lock(mutex_);
            if (!error) error = std::current_exception();
            end.request_stop();
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < shares.size(); ++i) others.emplace_back([&, i] { work(shares[i]); });
        work(shares.front());
    }
    if (error) std::rethrow_exception(error);
}

PictureTrack PictureMaker::run()
{
    take_over();
    choose_parameter_set_id();
    for (;;) {
        try {
            encode_missing();
            break;
        } catch (EncoderLost const& lost) {
            if (track_.encoder == "x264") base::fail(base::ErrorCode::Internal, "{}", lost.what());
            fall_back(lost.what());
        }
    }
    return std::move(track_);
}

} // namespace

PictureTrack make_pictures(plan::RenderRequest const& request, RenderSeams const& seams,
                           ProgressCallback const& progress, std::stop_token const& stop)
{
    return PictureMaker(request, seams, progress, stop).run();
}

} // namespace media
