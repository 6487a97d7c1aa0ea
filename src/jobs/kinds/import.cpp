#include "jobs/rights.h"
#include "jobs/steps.h"

namespace jobs::kinds {

static std::optional<store::Asset> known(Services& services, std::string const& owner_id, std::string const& sha256)
{
    return services.database.read(
        [&](store::Connection& connection) { return store::find_asset_by_hash(connection, owner_id, sha256); });
}

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<ImportPayload>(context);
    auto const& owner = context.job().owner_id;
    if (auto const there = known(services, owner, payload.blob)) // a blob is named by its content
        return Done{base::to_json(AcquireResult{there->id})};
    context.progress(0, "probe");
    auto const file = services.acquire.blobs.path_of(payload.blob);
    auto const media = services.studio.media().probe(file, context.stop()); // refuses what is no media
    discovery::Rights const rights{.license = payload.license, .author = payload.author};
    auto const decision = studio::decide_rights(payload.license, payload.rights_note);
    auto const now = context.now();
    store::Asset const asset{.id = context.job().id, // of this job, so that a second run writes the same row
                             .owner_id = owner,
                             .path = services.acquire.blobs.is_shared() ? "" : file.string(),
                             .blob = payload.blob,
                             .sha256 = payload.blob,
                             .license = payload.license,
                             .author = payload.author,
                             .title = payload.title,
                             .rights_status =
                                 base::enum_value<store::RightsStatus>(base::enum_text(decision.status), "rights"),
                             .rights_note = decision.decided_by + ": " + decision.reason,
                             .data = base::to_json(media),
                             .created_at = now,
                             .updated_at = now};
    auto const entry = rights_entry(services, asset, rights, decision);
    return Done{base::to_json(AcquireResult{asset.id}), [asset, entry](store::Connection& connection) {
                    store::insert_asset(connection, asset);
                    store::record_rights(connection, entry);
                }};
}

JobType import(Services& services)
{
    return {.name = "import",
            .help = "Looks into an uploaded file and takes it into the library.",
            .pool = JobPool::Compute,
            .attempts_max = 3,
            .timeout = base::Milliseconds(10 * 60'000),
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
