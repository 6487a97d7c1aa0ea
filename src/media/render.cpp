#include "media/render.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "media/output/stills.h"
#include "media/quality.h"
#include "plan/check.h"

#include <chrono>
#include <malloc.h>
#include <future>
#include <sys/resource.h>

namespace media {

using Steady = std::chrono::steady_clock;

static double memory_peak_mib()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

namespace {

struct Made {
    Mastered sound;
    PictureTrack pictures;
};

/// Sound beside pictures. Where one of them fails, the other is stopped, and its own error is the one that is told.
Made make_both(plan::RenderRequest const& request, RenderSeams const& seams, ProgressCallback const& progress,
               std::stop_token const& stop)
{
    std::stop_source both;
    std::stop_callback const outer(stop, [&] { both.request_stop(); });
    auto sound = std::async(std::launch::async, [&] {
        try {
            return make_sound(request.plan, request.work_folder, both.get_token());
        } catch (...) {
            both.request_stop();
            throw;
        }
    });
    try {
        auto pictures = make_pictures(request, seams, progress, both.get_token());
        return {sound.get(), std::move(pictures)};
    } catch (...) {
        both.request_stop();
        auto const first = std::current_exception();
        if (sound.valid()) {
            try {
                sound.get();
            } catch (base::Error const& error) {
                if (error.code != base::ErrorCode::Cancelled) throw;
            }
        }
        std::rethrow_exception(first);
    }
}

} // namespace

/// What lies in a work folder belongs to one plan and one build of libav; anything else starts anew.
static void claim(plan::RenderRequest const& request)
{
    auto const folder = std::filesystem::path(request.work_folder);
    auto const key = base::sha256(base::to_json(request.plan) + av_version_info());
    auto const key_file = folder / "plan.key";
    std::error_code error;
    if (std::filesystem::exists(key_file, error) && base::read_file(key_file, key.size()) == key) return;
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
        auto const name = entry.path().filename().string();
        if (name.starts_with("chunk-") || name.starts_with("sound.")) std::filesystem::remove(entry.path(), error);
    }
    base::write_file_atomic(key_file, key, 0600);
}

/// Joins, reads back what is on the disk, and joins once more where that is not what it should be.
static Written join(plan::RenderRequest const& request, PictureTrack& pictures, bool& repaired,
                    std::stop_token const& stop)
{
    auto const& canvas = request.plan.canvas;
    JoinedFrom const from{canvas, request.work_folder, pictures.parts(), pictures.copy ? &*pictures.copy : nullptr,
                          sound_path(request.work_folder)};
    auto const rate = static_cast<double>(canvas.rate_numerator) / canvas.rate_denominator;
    Written written;
    for (int attempt = 0; attempt < 2; ++attempt) {
        join_clip(from, request.output, stop);
        written = read_back(request.output, stop);
        if (container_problem(written, pictures.frames, rate).empty()) break;
        repaired = attempt == 0;
    }
    return written;
}

static void describe_frames(plan::RenderRequest const& request, PictureTrack const& pictures,
                            plan::RenderResult& result)
{
    result.frames = pictures.frames;
    result.resumed_frames = pictures.resumed_frames;
    result.copied_frames = pictures.copy ? pictures.copy->frames() : 0;
    result.reencoded_frames = pictures.frames - result.copied_frames;
    for (auto const& chunk : pictures.chunks)
        for (std::size_t i = 0; i < chunk.facts.size(); ++i)
            if (chunk.fact_of(i).corrupt) ++result.corrupt_frames;
    if (!request.frame_hashes) return;
    result.frame_hashes.resize(static_cast<std::size_t>(pictures.frames));
    for (auto const& chunk : pictures.chunks)
        std::ranges::copy(chunk.hashes, result.frame_hashes.begin() + chunk.first);
}

static plan::RenderResult carry_out(plan::RenderRequest const& request, ProgressCallback const& progress,
                                    std::stop_token const& stop, RenderSeams const& seams)
{
    auto const begin = Steady::now();
    auto const& plan = request.plan;
    claim(request);
    auto made = make_both(request, seams, progress, stop);
    write_stills(request, made.pictures.frames, stop);
    auto joined_again = false;
    auto const written = join(request, made.pictures, joined_again, stop);
    plan::RenderResult result;
    result.output = request.output;
    result.thumbnails = request.thumbnails;
    result.duration_seconds = written.picture_seconds;
    result.width = plan.canvas.width;
    result.height = plan.canvas.height;
    describe_frames(request, made.pictures, result);
    result.encoder = made.pictures.encoder;
    result.encoder_fallback = made.pictures.fallback;
    result.loudness_lufs = made.sound.loudness_lufs;
    result.true_peak_dbtp = made.sound.true_peak_dbtp;
    result.quality = judge(plan, made.sound, made.pictures, written);
    if (result.corrupt_frames > 0)
        result.quality.notes.push_back(
            fmt::format("{} frames show a damaged part of the source", result.corrupt_frames));
    if (joined_again) result.quality.repairs.push_back("the file was put together once more");
    result.speed_x = result.duration_seconds / std::chrono::duration<double>(Steady::now() - begin).count();
    result.memory_peak_mib = memory_peak_mib();
    return result;
}

static void refuse(plan::Quality const& quality)
{
    if (quality.passed) return;
    std::string text;
    for (auto const& problem : quality.problems) text += (text.empty() ? "" : "; ") + problem;
    base::fail(base::ErrorCode::InvalidInput,
               base::Next{"look at the source with `ettametta probe`, or change the edit"},
               "the finished clip did not pass its checks: {}", text);
}

/// x264 reads some of its memory before it has written it. Fresh pages are zero; memory that an encoder before it gave
/// back is not, and then the same pictures are coded otherwise. So large blocks always come fresh from the system.
static void take_fresh_memory()
{
    static int const once = ::mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    (void)once;
}

plan::RenderResult render(plan::RenderRequest const& request, ProgressCallback const& progress,
                          std::stop_token const& stop, RenderSeams const& seams)
{
    take_fresh_memory();
    plan::check(request.plan);
    try {
        auto result = carry_out(request, progress, stop, seams);
        refuse(result.quality);
        return result;
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(request.output, ignored);
        for (auto const& thumbnail : request.thumbnails) std::filesystem::remove(thumbnail, ignored);
        throw;
    }
}

} // namespace media
