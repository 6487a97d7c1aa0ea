#include "jobs/services.h"
#include "jobs/steps.h"
#include "store/tables/candidates.h"

namespace jobs::kinds {

static store::Candidate row_of(discovery::Candidate const& candidate, Job const& job, std::string const& niche,
                               base::Time now)
{
    return {candidate.id,
            job.owner_id,
            niche,
            candidate.platform,
            candidate.url,
            candidate.title,
            candidate.score,
            base::to_json(candidate),
            now,
            now,
            now};
}

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<DiscoverPayload>(context);
    context.progress(0, "discover");
    auto const result =
        services.scanner.scan({payload.niche, payload.since, payload.limit, payload.sources}, context.stop());
    auto const now = context.now();
    auto const remember = [job = context.job(), result, niche = payload.niche, now](store::Connection& connection) {
        for (auto const& candidate : result.candidates)
            store::upsert_candidate(connection, row_of(candidate, job, niche, now));
    };
    return Done{base::to_json(result), remember};
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
