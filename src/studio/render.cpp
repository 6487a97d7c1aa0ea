#include "base/file.h"
#include "base/hash.h"
#include "plan/check.h"
#include "studio/transform.h"
#include "studio/work_folder.h"

namespace studio {

static constexpr std::size_t plan_bytes_max = 64U << 20U;
static constexpr std::size_t key_digits = 16;

plan::EditPlan Studio::read_plan(std::filesystem::path const& file)
{
    auto const document = base::parse_json(base::read_file(file, plan_bytes_max), file.string());
    auto const* object = document.if_object();
    auto const* nested = object ? object->if_contains("plan") : nullptr;
    auto plan = base::from_json<plan::EditPlan>(nested ? *nested : document);
    plan::check(plan);
    return plan;
}

static std::filesystem::path beside(std::filesystem::path const& output, std::string const& suffix)
{
    return output.string() + suffix;
}

/// A file that changed since it was analysed would not match the plan's times.
static void check_source(plan::EditPlan const& plan)
{
    if (!std::filesystem::exists(plan.source)) base::fail_errno(ENOENT, "read", plan.source);
    if (!plan.source_sha256.empty() && base::sha256_file(plan.source) != plan.source_sha256)
        base::fail(base::ErrorCode::Conflict, base::Next{"make a new plan"},
                   "{}: it has changed since the plan was made", plan.source);
}

/// Names what is made: another plan, source or program makes other pictures and starts anew.
static std::string work_key(plan::EditPlan const& plan, std::string const& program)
{
    std::error_code ignored;
    auto const changed = std::filesystem::last_write_time(plan.source, ignored).time_since_epoch().count();
    auto const source = plan.source_sha256.empty()
                            ? fmt::format("{} {}", std::filesystem::file_size(plan.source, ignored), changed)
                            : plan.source_sha256;
    return base::sha256(base::to_json(plan) + source + program).substr(0, key_digits);
}

/// Whether what is finished so far is worth keeping: the same work may succeed when it is tried again.
static bool can_go_on(base::ErrorCode code)
{
    return code == base::ErrorCode::Cancelled || code == base::ErrorCode::Timeout || code == base::ErrorCode::Internal;
}

/// Has the plan carried out in the folder, which stays where that was interrupted.
static plan::RenderResult render_in(WorkFolder& work, MediaChild const& media, plan::RenderRequest const& request,
                                    ProgressCallback const& progress, std::stop_token const& stop)
{
    try {
        return media.render(request, progress, stop);
    } catch (base::Error const& error) {
        if (!can_go_on(error.code)) throw;
        work.keep();
        auto const next = error.next_action.empty() ? std::string() : error.next_action + "; ";
        throw base::Error(error.code, error.what(), next + "the same command again goes on from what is finished");
    }
}

/// The best one has the plain name: OUTPUT.jpg, then OUTPUT.b.jpg and so on.
static std::string thumbnail_suffix(std::size_t index)
{
    return index == 0 ? ".jpg" : fmt::format(".{}.jpg", static_cast<char>('a' + index));
}

TransformResult Studio::render(plan::EditPlan const& plan, std::filesystem::path const& output, Provenance provenance,
                               ProgressCallback const& progress, std::stop_token const& stop) const
{
    plan::check(plan);
    check_source(plan);
    auto const target = std::filesystem::absolute(output);
    if (target == std::filesystem::path(plan.source))
        base::fail(base::ErrorCode::InvalidInput, base::Next{"choose another name with -o"},
                   "{}: the output would overwrite the input", target.string());
    if (std::filesystem::is_directory(target)) base::fail_errno(EISDIR, "write", target.string());
    WorkFolder work(target, work_key(plan, media_.identity()));
    plan::RenderRequest request;
    request.plan = plan;
    request.work_folder = work.path().string();
    request.output = (work.path() / "clip.mp4").string();
    for (std::size_t i = 0; i < std::max<std::size_t>(1, plan.thumbnails.size()); ++i)
        request.thumbnails.push_back((work.path() / fmt::format("thumbnail-{}.jpg", i)).string());
    if (plan.thumbnails.empty()) request.plan.thumbnails = {{0, "", "the plan names none"}};
    request.encoders = media_.known_encoders(plan.encoder.name);
    auto const rendered = render_in(work, media_, request, progress, stop);

    TransformResult result;
    result.output = target.string();
    result.plan = plan;
    result.duration_seconds = rendered.duration_seconds;
    result.width = rendered.width;
    result.height = rendered.height;
    result.frames = rendered.frames;
    result.resumed_frames = rendered.resumed_frames;
    result.copied_frames = rendered.copied_frames;
    result.reencoded_frames = rendered.reencoded_frames;
    result.corrupt_frames = rendered.corrupt_frames;
    result.encoder = rendered.encoder;
    result.encoder_fallback = rendered.encoder_fallback;
    result.loudness_lufs = rendered.loudness_lufs;
    result.true_peak_dbtp = rendered.true_peak_dbtp;
    if (plan.captions)
        result.captions = {plan.captions->words.size(), plan.captions->source, plan.captions->draft};
    else
        result.captions.source = "none";
    for (std::size_t i = 0; i < request.thumbnails.size(); ++i)
        result.thumbnails.push_back(beside(target, thumbnail_suffix(i)).string());
    result.thumbnail = result.thumbnails.front();
    result.speed_x = rendered.speed_x;
    result.memory_peak_mib = rendered.memory_peak_mib;
    result.quality = rendered.quality;
    result.quality.mid_word_cuts = plan.mid_word_cuts;
    if (plan.mid_word_cuts > 0) {
        result.quality.passed = false;
        result.quality.problems.push_back(fmt::format("{} cuts fall inside a word", plan.mid_word_cuts));
    }
    provenance.source = plan.source;
    provenance.source_sha256 = plan.source_sha256;
    provenance.made_at = clock_.now();
    result.provenance = std::move(provenance);
    // The clip comes last: where it stands, everything that belongs to it stands too.
    base::write_file_atomic(beside(target, ".json"), base::to_pretty_json(result));
    for (std::size_t i = 0; i < request.thumbnails.size(); ++i)
        base::publish_file(request.thumbnails[i], result.thumbnails[i]);
    base::publish_file(request.output, target);
    return result;
}

} // namespace studio
