#include "base/file.h"
#include "base/hash.h"
#include "plan/check.h"
#include "studio/transform.h"
#include "studio/work_folder.h"

namespace studio {

static constexpr std::size_t plan_bytes_max = 64U << 20U;

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
    WorkFolder const work(target);
    plan::RenderRequest request;
    request.plan = plan;
    request.work_folder = work.path().string();
    request.output = (work.path() / "clip.mp4").string();
    request.thumbnails = {(work.path() / "thumbnail.jpg").string()};
    auto const rendered = media_.render(request, progress, stop);

    TransformResult result;
    result.output = target.string();
    result.plan = plan;
    result.duration_seconds = rendered.duration_seconds;
    result.width = rendered.width;
    result.height = rendered.height;
    result.frames = rendered.frames;
    result.encoder = rendered.encoder;
    result.encoder_fallback = rendered.encoder_fallback;
    result.loudness_lufs = rendered.loudness_lufs;
    result.true_peak_dbtp = rendered.true_peak_dbtp;
    if (plan.captions)
        result.captions = {plan.captions->words.size(), plan.captions->source, plan.captions->draft};
    else
        result.captions.source = "none";
    result.thumbnail = beside(target, ".jpg").string();
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
    base::publish_file(request.thumbnails.front(), result.thumbnail);
    base::publish_file(request.output, target);
    return result;
}

} // namespace studio
