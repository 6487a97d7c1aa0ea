#include "jobs/media_files.h"
#include "jobs/services.h"
#include "jobs/steps.h"
#include "store/tables/analyses.h"
#include "studio/inspect.h"

#include <cmath>

namespace jobs::kinds {

static constexpr std::size_t document_bytes_max = 16U << 20U;

static store::Asset asset_of(Services& services, std::string const& owner_id, std::string const& id)
{
    auto asset =
        services.database.read([&](store::Connection& connection) { return store::find_asset(connection, id); });
    if (!asset || asset->owner_id != owner_id) base::fail(base::ErrorCode::NotFound, "there is no asset {}", id);
    return *asset;
}

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<ProbePayload>(context);
    auto const asset = asset_of(services, context.job().owner_id, payload.asset_id);
    if (asset.sha256.empty())
        base::fail(base::ErrorCode::Conflict, "the file of the asset {} was never read", asset.id);
    ProbeResult result{asset.id, asset.sha256, true};
    auto const known = services.database.read(
        [&](store::Connection& connection) { return store::find_analysis(connection, asset.sha256); });
    if (known && !payload.again) return Done{base::to_json(result)};
    auto const source = local_asset(services.acquire.blobs, asset);
    auto const progress = [&](plan::Progress const& step) {
        std::optional<int> eta;
        if (step.eta_seconds) eta = static_cast<int>(std::lround(std::min(*step.eta_seconds, 1e6)));
        context.progress(step.done, step.stage, eta);
    };
    auto inspection = studio::inspect(services.studio.media(), source.path, progress, context.stop());
    inspection.analysis.media.path = ""; // where it lay on one machine is nobody's business
    auto document = base::json::serialize(studio::document_of(inspection));
    if (document.size() > document_bytes_max)
        base::fail(base::ErrorCode::InvalidInput, base::Next{"cut the file into shorter ones"},
                   "{}: what is to tell of it takes {} bytes, and {} are kept", asset.id, document.size(),
                   document_bytes_max);
    result.known_before = false;
    store::StoredAnalysis const row{asset.sha256, std::move(document), context.now()};
    return Done{base::to_json(result), [row](store::Connection& connection) { store::put_analysis(connection, row); }};
}

JobType probe(Services& services)
{
    return {.name = "probe",
            .help = "Looks into an asset: scenes, loudness, energy, text, faces, words.",
            .pool = JobPool::Compute,
            .attempts_max = 3,
            .timeout = base::Milliseconds(6 * 3600'000LL),
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
