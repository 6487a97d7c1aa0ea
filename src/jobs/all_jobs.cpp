#include "jobs/services.h"

namespace jobs {

// Every kind of work, in alphabetical order. A kind lives in kinds/<name>.cpp and is named here twice: declared,
// listed.
namespace kinds {
JobType acquire(Services&), autopilot(Services&), deliver(Services&), discover(Services&), import(Services&),
    produce(Services&), publish(Services&), rescan(Services&), transform(Services&);
}

std::vector<JobType> all_jobs(Services& services)
{
    using namespace kinds;
    return {acquire(services), autopilot(services), deliver(services), discover(services), import(services),
            produce(services), publish(services),   rescan(services),  transform(services)};
}

} // namespace jobs
