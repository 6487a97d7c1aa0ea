#include "jobs/media_files.h"
#include "jobs/rights.h"
#include "jobs/steps.h"
#include "publishing/ledger.h"
#include "publishing/words.h"
#include "store/tables/assets.h"
#include "store/tables/clips.h"

namespace jobs::kinds {

namespace {

struct Material {
    store::Clip clip;
    store::Asset asset;
    Clearance clearance;
};

} // namespace

static Material material(Services& services, std::string const& owner_id, std::string const& clip_id)
{
    return services.database.read([&](store::Connection& connection) {
        auto const clip = store::find_clip(connection, clip_id);
        if (!clip || clip->owner_id != owner_id) base::fail(base::ErrorCode::NotFound, "there is no clip {}", clip_id);
        auto const asset = clip->asset_id ? store::find_asset(connection, *clip->asset_id) : std::nullopt;
        if (!asset)
            base::fail(base::ErrorCode::NotFound, "the clip {} has no asset, so nobody knows its rights", clip_id);
        return Material{*clip, *asset, check_contents(connection, clip_id)};
    });
}

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<PublishPayload>(context);
    auto const [stored, asset, clearance] = material(services, context.job().owner_id, payload.clip_id);
    if (asset.rights_status != store::RightsStatus::Cleared)
        base::fail(base::ErrorCode::Forbidden,
                   base::Next{"record a decision: ettametta rights decide " + asset.id + " --policy ... --note 'why'"},
                   "{}: its rights are not cleared: {}", asset.title, asset.rights_note);
    auto const& publisher = publishing::find_publisher(payload.destination);
    if (clearance.refused || (clearance.unknown && publisher.is_public))
        base::fail(base::ErrorCode::Forbidden,
                   base::Next{"record a decision with `ettametta rights decide`, or make the clip without it"},
                   "{} is held back by {}", asset.title, fmt::join(clearance.problems, "; "));
    auto const clip = local_clip(services.acquire.blobs, services.clips, stored);
    auto const words =
        publishing::compose({payload.niche, asset.title, payload.description, asset.author, asset.license,
                             asset.license_url, asset.source_url, payload.tags, clearance.credits});
    base::json::object const rights{{"license", asset.license},      {"license_url", asset.license_url},
                                    {"author", asset.author},        {"source_url", asset.source_url},
                                    {"source_sha256", asset.sha256}, {"status", base::enum_text(asset.rights_status)},
                                    {"decision", asset.rights_note}, {"contains", clearance.contents}};
    publishing::PostContent const content{.clip = clip.output_path,
                                          .thumbnail = clip.thumbnail_path,
                                          .record = clip.output_path + ".json",
                                          .title = words.title,
                                          .description = words.description,
                                          .hashtags = words.hashtags,
                                          .rights = {base::json::serialize(rights)}};
    store::Post wanted;
    wanted.id = context.job().id;
    wanted.owner_id = context.job().owner_id;
    wanted.clip_id = clip.id;
    wanted.destination = payload.destination;
    auto const post = publishing::publish_once(wanted, content, {services.outbox, context.stop()}, services.clock,
                                               [&](auto const& work) { context.transaction(work); });
    return Done{base::to_json(PublishResult{post.id, post.target}), {}};
}

JobType publish(Services& services)
{
    return {.name = "publish",
            .help = "Hands a clip over to a destination, exactly once.",
            .pool = JobPool::Network,
            .attempts_max = 8,
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
