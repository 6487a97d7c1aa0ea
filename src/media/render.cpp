#include "media/render.h"

#include "base/error.h"
#include "base/file.h"
#include "media/audio/master.h"
#include "media/output/clip_writer.h"
#include "media/picture/compositor.h"
#include "media/picture/frame_source.h"
#include "plan/check.h"

#include <chrono>
#include <cmath>
#include <sys/resource.h>

namespace media {

using Steady = std::chrono::steady_clock;

static constexpr double black_luma_max = 20;         // 16 is black
static constexpr double loudness_tolerance_lu = 1.0; // of the output contract
static constexpr double av_offset_ms_max = 45;       // ITU-R BT.1359: sooner than anybody notices
static constexpr double silence_share_max = 0.5;
static constexpr double black_share_max = 0.3;
static constexpr double sound_share = 0.1; // of the progress bar

namespace {

/// Tells how far a render is, a few times a second.
class Reporter {
public:
    Reporter(ProgressCallback const& callback, std::int64_t total) : callback_(callback), total_(total) {}
    void frame(std::int64_t done)
    {
        auto const now = Steady::now();
        if (!callback_ || (done < total_ && now - last_ < std::chrono::milliseconds(200))) return;
        last_ = now;
        auto const part = static_cast<double>(done) / static_cast<double>(total_);
        auto const elapsed = std::chrono::duration<double>(now - begin_).count();
        callback_({"render", sound_share + (1 - sound_share) * part,
                   part > 0 ? std::optional(elapsed / part * (1 - part)) : std::nullopt});
    }

private:
    ProgressCallback const& callback_;
    std::int64_t total_;
    Steady::time_point begin_ = Steady::now();
    Steady::time_point last_;
};

struct PictureReport {
    std::int64_t frames = 0;
    std::int64_t black = 0;
    std::string encoder;
    std::optional<std::string> fallback;
};

} // namespace

static PictureReport render_pictures(plan::RenderRequest const& request, std::filesystem::path const& sound,
                                     ProgressCallback const& progress, std::stop_token const& stop)
{
    auto const& plan = request.plan;
    FrameSource source(plan, stop);
    Compositor compositor(plan, source.info());
    ClipWriter writer(request.output, plan.encoder, plan.canvas, sound);
    Reporter reporter(progress, source.frames_total());
    auto const rate = static_cast<double>(plan.canvas.rate_numerator) / plan.canvas.rate_denominator;
    std::map<std::int64_t, std::string> thumbnails;
    for (std::size_t i = 0; i < std::min(plan.thumbnails.size(), request.thumbnails.size()); ++i)
        thumbnails[std::clamp<std::int64_t>(std::llround(plan.thumbnails[i].at * rate), 0, source.frames_total() - 1)] =
            request.thumbnails[i];
    PictureReport report;
    SourceFrame frame;
    while (source.next(frame)) {
        if (stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "the render was cancelled");
        Picture target(plan.canvas.width, plan.canvas.height); // the encoder may keep a reference to it
        compositor.draw(*frame.picture, frame.frame, target);
        if (target.mean_luma() <= black_luma_max) ++report.black;
        if (auto const still = thumbnails.find(frame.frame); still != thumbnails.end())
            write_jpeg(target, still->second);
        writer.write(target, frame.frame);
        reporter.frame(++report.frames);
    }
    writer.finish();
    report.encoder = writer.encoder();
    report.fallback = writer.fallback();
    return report;
}

static double memory_peak_mib()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Holds what was written to what was promised.
static plan::Quality judge(plan::EditPlan const& plan, Mastered const& sound, PictureReport const& pictures,
                           double rate)
{
    plan::Quality quality;
    auto const seconds = static_cast<double>(pictures.frames) / rate;
    quality.black_seconds = static_cast<double>(pictures.black) / rate;
    quality.silent_seconds = sound.silent_seconds;
    quality.av_offset_ms = (sound.duration_seconds - seconds) * 1000;
    auto const problem = [&](std::string text) { quality.problems.push_back(std::move(text)); };
    if (sound.loudness_lufs > -70 && std::abs(sound.loudness_lufs - plan.audio.loudness_lufs) > loudness_tolerance_lu)
        problem(
            fmt::format("loudness is {:.1f} LUFS instead of {:.1f}", sound.loudness_lufs, plan.audio.loudness_lufs));
    if (sound.true_peak_dbtp > plan.audio.true_peak_dbtp)
        problem(fmt::format("true peak is {:.1f} dBTP, above {:.1f}", sound.true_peak_dbtp, plan.audio.true_peak_dbtp));
    if (std::abs(quality.av_offset_ms) > av_offset_ms_max)
        problem(fmt::format("sound ends {:.0f} ms after the picture", quality.av_offset_ms));
    if (quality.black_seconds > seconds * black_share_max)
        problem(fmt::format("{:.1f} s of it are black", quality.black_seconds));
    // A source without any sound gives a silent clip; only sound that was lost is a defect.
    if (sound.loudness_lufs > -70 && quality.silent_seconds > seconds * silence_share_max)
        problem(fmt::format("{:.1f} s of it are silent", quality.silent_seconds));
    quality.passed = quality.problems.empty();
    return quality;
}

static plan::RenderResult carry_out(plan::RenderRequest const& request, ProgressCallback const& progress,
                                    std::stop_token const& stop)
{
    auto const begin = Steady::now();
    auto const& plan = request.plan;
    auto const work = std::filesystem::path(request.work_folder);
    if (progress) progress({"sound", 0, std::nullopt});
    PcmFile mixed(work / "mix.f32");
    mix(plan, mixed, stop);
    auto const sound_path = work / "sound.m4a";
    auto const sound = master(mixed, plan.audio, sound_path, stop);
    if (progress) progress({"render", sound_share, std::nullopt});
    auto const pictures = render_pictures(request, sound_path, progress, stop);
    std::filesystem::remove(sound_path);
    auto const rate = static_cast<double>(plan.canvas.rate_numerator) / plan.canvas.rate_denominator;
    plan::RenderResult result;
    result.output = request.output;
    result.thumbnails = request.thumbnails;
    result.duration_seconds = static_cast<double>(pictures.frames) / rate;
    result.width = plan.canvas.width;
    result.height = plan.canvas.height;
    result.frames = pictures.frames;
    result.encoder = pictures.encoder;
    result.encoder_fallback = pictures.fallback;
    result.loudness_lufs = sound.loudness_lufs;
    result.true_peak_dbtp = sound.true_peak_dbtp;
    result.quality = judge(plan, sound, pictures, rate);
    result.speed_x = result.duration_seconds / std::chrono::duration<double>(Steady::now() - begin).count();
    result.memory_peak_mib = memory_peak_mib();
    return result;
}

plan::RenderResult render(plan::RenderRequest const& request, ProgressCallback const& progress,
                          std::stop_token const& stop)
{
    plan::check(request.plan);
    try {
        return carry_out(request, progress, stop);
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(request.output, ignored);
        std::filesystem::remove(std::filesystem::path(request.work_folder) / "sound.m4a", ignored);
        for (auto const& thumbnail : request.thumbnails) std::filesystem::remove(thumbnail, ignored);
        throw;
    }
}

} // namespace media
