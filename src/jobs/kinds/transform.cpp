#include "base/file.h"
#include "jobs/rights.h"
#include "jobs/steps.h"
#include "store/tables/clips.h"

#include <cmath>

namespace jobs::kinds {

static store::Asset asset_of(Services& services, std::string const& id)
{
    auto asset =
        services.database.read([&](store::Connection& connection) { return store::find_asset(connection, id); });
    if (!asset) base::fail(base::ErrorCode::NotFound, "there is no asset {}", id);
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

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<TransformPayload>(context);
    auto const asset = asset_of(services, payload.asset_id);
    base::make_folder(services.clips);
    auto const& id = context.job().id;
    // Named after the job: a second run after a crash writes over the first, never beside it.
    auto const output = services.clips / (base::slug(asset.title) + "-" + id.substr(id.size() - 12) + ".mp4");
    auto const progress = [&](plan::Progress const& step) {
        std::optional<int> eta;
        if (step.eta_seconds) eta = static_cast<int>(std::lround(std::min(*step.eta_seconds, 1e6)));
        context.progress(step.done, step.stage, eta);
    };
    auto const plan = services.studio.decide(asset.path, payload.edit, progress, context.stop());
    auto const result = services.studio.render(plan, output, provenance_of(services, asset), progress, context.stop());
    auto const now = context.now();
    store::Clip const clip{.id = id,
                           .owner_id = context.job().owner_id,
                           .asset_id = asset.id,
                           .job_id = id,
                           .output_path = result.output,
                           .thumbnail_path = result.thumbnail,
                           .plan = base::to_json(plan),
                           .result = base::to_json(result),
                           .state = store::ClipState::Rendered,
                           .created_at = now,
                           .updated_at = now};
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
