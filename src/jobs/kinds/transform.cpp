#include "base/file.h"
#include "base/json.h"
#include "jobs/media_files.h"
#include "jobs/rights.h"
#include "jobs/steps.h"
#include "store/tables/clips.h"

#include <cmath>
#include <functional>

namespace jobs::kinds {

static store::Asset asset_of(Services& services, std::string const& owner_id, std::string const& id)
{
    auto asset =
        services.database.read([&](store::Connection& connection) { return store::find_asset(connection, id); });
    if (!asset || asset->owner_id != owner_id) base::fail(base::ErrorCode::NotFound, "there is no asset {}", id);
    return *asset;
}

static studio::Provenance provenance_of(Services& services, store::Asset const& asset)
{
    return {.source_url = asset.source_url,
            .title = asset.title,
            .author = asset.author,
            .license = asset.license,
            .license_url = asset.license_url,
            .made_with = services.made_with};
}

static constexpr std::size_t plan_bytes_max = 64U << 20U;

/// The plan is kept beside the clip until that stands: a second try after a crash carries out the same one, and so
/// finds what the first had finished.
static plan::EditPlan planned(std::filesystem::path const& file, std::function<plan::EditPlan()> const& decide)
{
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
        try {
            return base::read_json<plan::EditPlan>(base::read_file(file, plan_bytes_max), file.string());
        } catch (base::Error const&) { // of another version of the program
            std::filesystem::remove(file, error);
        }
    }
    auto plan = decide();
    base::write_file_atomic(file, base::to_json(plan), 0600);
    return plan;
}

/// The same edit on a canvas a quarter as wide: sizes and places in a plan are fractions of the canvas.
static plan::EditPlan small(plan::EditPlan plan)
{
    auto const quarter = [](int pixels) { return std::max(16, pixels / 4 / 2 * 2); };
    plan.canvas.width = quarter(plan.canvas.width);
    plan.canvas.height = quarter(plan.canvas.height);
    plan.encoder = {"x264", "ultrafast", 26};
    return plan;
}

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<TransformPayload>(context);
    auto const asset = asset_of(services, context.job().owner_id, payload.asset_id);
    auto const source = local_asset(services.acquire.blobs, asset);
    base::make_folder(services.clips);
    auto const& id = context.job().id;
    // Named after the job: a second run after a crash writes over the first, never beside it.
    auto const output = services.clips / (base::slug(asset.title) + "-" + id.substr(id.size() - 12) + ".mp4");
    auto const progress = [&](plan::Progress const& step) {
        std::optional<int> eta;
        if (step.eta_seconds) eta = static_cast<int>(std::lround(std::min(*step.eta_seconds, 1e6)));
        context.progress(step.done, step.stage, eta);
    };
    auto const plan_file = services.clips / ("." + output.filename().string() + ".plan");
    auto const plan = planned(plan_file, [&] {
        if (!payload.plan) return services.studio.decide(source.path, payload.edit, progress, context.stop());
        auto given = *payload.plan;
        given.source = source.path.string(); // it may have been made on another machine
        return given;
    });
    std::error_code ignored;
    studio::TransformResult result;
    try {
        result = services.studio.render(payload.preview ? small(plan) : plan, output, provenance_of(services, asset),
                                        progress, context.stop());
    } catch (base::Error const& error) { // nobody comes back for the plan where there is no further try
        auto const last = context.job().attempt >= context.job().attempts_max || !base::is_transient(error.code);
        if (last && error.code != base::ErrorCode::Cancelled) std::filesystem::remove(plan_file, ignored);
        throw;
    }
    std::filesystem::remove(plan_file, ignored);
    auto const now = context.now();
    store::Clip clip{.id = id,
                     .owner_id = context.job().owner_id,
                     .asset_id = asset.id,
                     .job_id = id,
                     .output_path = result.output,
                     .thumbnail_path = result.thumbnail,
                     .plan = base::to_json(plan),
                     .result = base::to_json(result),
                     .state = payload.preview ? store::ClipState::Planned : store::ClipState::Rendered,
                     .created_at = now,
                     .updated_at = now};
    share_clip(services.acquire.blobs, clip);
    auto const added = added_works(services, clip.owner_id, plan);
    return Done{base::to_json(TransformResult{clip.id, clip.output_path}),
                [clip, asset, added, &services](store::Connection& connection) {
                    store::insert_clip(connection, clip);
                    record_contents(connection, services, clip, asset, added);
                }};
}

JobType transform(Services& services)
{
    return {.name = "transform",
            .help = "Analyses an asset, decides the edit and renders the clip.",
            .pool = JobPool::Compute,
            .attempts_max = 3,
            .timeout = base::Milliseconds(6 * 3600'000LL),
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
