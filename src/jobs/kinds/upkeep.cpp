#include "jobs/services.h"

namespace jobs::kinds {

struct UpkeepResult {
    int leftovers_given_up = 0; ///< uploads to the object store that never ended
};
BOOST_DESCRIBE_STRUCT(UpkeepResult, (), (leftovers_given_up))

JobType upkeep(Services& services)
{
    return {.name = "upkeep",
            .help = "Once a day: gives up what was begun in the store of media and never ended.",
            .pool = JobPool::Network,
            .attempts_max = 3,
            .timeout = base::Milliseconds(30 * 60'000),
            .deadline = base::Milliseconds(24 * 3600'000LL),
            .run = [&services](JobContext& context) -> JobOutcome {
                return Done{base::to_json(UpkeepResult{services.acquire.blobs.give_up_leftovers(context.now())})};
            }};
}

} // namespace jobs::kinds
