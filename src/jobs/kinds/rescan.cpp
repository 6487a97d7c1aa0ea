#include "jobs/services.h"
#include "jobs/steps.h"

namespace jobs::kinds {

static constexpr int rescan_limit = 200; // candidates that a rescan ranks to the end; readings are kept of more

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<RescanPayload>(context);
    auto const niche = services.database.read(
        [&](store::Connection& connection) { return store::get_niche(connection, payload.niche_id); });
    if (!niche || niche->owner_id != context.job().owner_id)
        base::fail(base::ErrorCode::NotFound, "there is no niche {}", payload.niche_id);
    context.progress(0, "discover");
    auto const since = context.now() - base::Milliseconds(niche->horizon_ms);
    // Signals alone: nobody looks at a rescan right away, and a model costs money. What shows the niche may ask one.
    auto const found =
        services.discovery.run({{niche->name, since, rescan_limit, {}}, niche->owner_id, false}, context.stop());
    RescanResult const result{niche->name, found.result.candidates.size(), found.result.new_ids, found.result.sources};
    return Done{base::to_json(result),
                [found, &services](store::Connection& connection) { services.discovery.remember(connection, found); }};
}

JobType rescan(Services& services)
{
    return {.name = "rescan",
            .help = "Scans a watched niche again, so that growth is measured and new things are seen.",
            .pool = JobPool::Network,
            .attempts_max = 3,
            .timeout = base::Milliseconds(10 * 60'000),
            .deadline = base::Milliseconds(24 * 3600'000LL),
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
