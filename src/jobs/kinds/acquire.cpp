#include "jobs/rights.h"
#include "jobs/steps.h"

namespace jobs::kinds {

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<AcquirePayload>(context);
    auto const rights = discovery::rights_of(payload.candidate);
    auto const decision = studio::decide_rights(rights.license, payload.rights_note);
    // Nothing is fetched that may not be used.
    if (decision.status == studio::Rights::Refused)
        base::fail(base::ErrorCode::Forbidden, base::Next{"choose another candidate"}, "{}: {}", payload.candidate.id,
                   decision.reason);
    if (decision.status == studio::Rights::Unknown)
        base::fail(base::ErrorCode::Forbidden,
                   base::Next{"look at the licence; if you may use it, run it again with --rights-note 'why'"},
                   "{}: {}", payload.candidate.id, decision.reason);
    auto options = services.acquire;
    options.secret = [&](std::string const& name) {
        return services.secret ? services.secret(context.job().owner_id, name) : std::string();
    };
    options.on_progress = [&](std::uintmax_t bytes, std::optional<std::uintmax_t> total) {
        context.progress(total && *total > 0 ? static_cast<double>(bytes) / static_cast<double>(*total) : 0,
                         "download");
    };
    auto acquired =
        discovery::acquire(payload.candidate, options, services.scanner.options(), services.client, context.stop());
    // A file of this machine's library becomes one that all workers can read.
    if (!acquired.blob && options.blobs.is_shared()) acquired.blob = options.blobs.put_file(acquired.path).name;
    auto const now = context.now();
    store::Asset const asset{.id = context.job().id, // of this job, so that a second run writes the same row
                             .owner_id = context.job().owner_id,
                             .candidate_id = payload.candidate.id,
                             .source_url = acquired.rights.source_url,
                             .path = acquired.path.string(),
                             .blob = acquired.blob,
                             .sha256 = acquired.sha256,
                             .license = acquired.rights.license,
                             .license_url = acquired.rights.license_url.value_or(""),
                             .author = acquired.rights.author.value_or(""),
                             .title = payload.candidate.title,
                             .rights_status =
                                 base::enum_value<store::RightsStatus>(base::enum_text(decision.status), "rights"),
                             .rights_note = decision.decided_by + ": " + decision.reason,
                             .data = base::to_json(acquired.rights),
                             .created_at = now,
                             .updated_at = now};
    auto const entry = rights_entry(services, asset, acquired.rights, decision);
    return Done{base::to_json(AcquireResult{asset.id}), [asset, entry](store::Connection& connection) {
                    store::insert_asset(connection, asset);
                    store::record_rights(connection, entry);
                }};
}

JobType acquire(Services& services)
{
    return {.name = "acquire",
            .help = "Makes a candidate a local file and records under what terms.",
            .pool = JobPool::Network,
            .attempts_max = 4,
            .timeout = base::Milliseconds(60 * 60'000),
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
