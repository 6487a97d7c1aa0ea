#include "jobs/services.h"
#include "jobs/steps.h"

namespace jobs::kinds {

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<DiscoverPayload>(context);
    context.progress(0, "discover");
    auto const since = payload.horizon_seconds
                           ? context.job().created_at - std::chrono::seconds(*payload.horizon_seconds)
                           : payload.since;
    auto const found = services.discovery.run(
        {{payload.niche, since, payload.limit, payload.sources}, context.job().owner_id, payload.refine},
        context.stop());
    return Done{base::to_json(found.result),
                [found, &services](store::Connection& connection) { services.discovery.remember(connection, found); }};
}

JobType discover(Services& services)
{
    return {.name = "discover",
            .help = "Asks the sources for a niche and remembers what they offer, ranked.",
            .pool = JobPool::Network,
            .attempts_max = 3,
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
