#include "jobs/services.h"
#include "jobs/steps.h"

namespace jobs::kinds {

static JobOutcome run(Services& services, JobContext& context)
{
    auto const payload = payload_of<StockPayload>(context);
    context.progress(0, "discover");
    return Done{base::to_json(discovery::choose_stock(
        services.scanner,
        {.sentences = payload.sentences, .orientation = payload.orientation, .seconds_min = payload.seconds_min},
        context.stop()))};
}

JobType choose_stock(Services& services)
{
    return {.name = "choose_stock",
            .help = "Looks for stock footage to go with each sentence of a text.",
            .pool = JobPool::Network,
            .attempts_max = 3,
            .timeout = base::Milliseconds(20 * 60'000),
            .deadline = base::Milliseconds(24 * 3600'000LL),
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
