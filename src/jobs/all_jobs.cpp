#include "jobs/services.h"

namespace jobs {

// Every kind of work, in alphabetical order. A kind lives in kinds/<name>.cpp and is named here twice: declared,
// listed.
namespace kinds {
JobType acquire(Services&), autopilot(Services&), backup(Services&), choose_stock(Services&), deliver(Services&),
    discover(Services&), fetch_model(Services&), import(Services&), probe(Services&), produce(Services&),
    publish(Services&), rescan(Services&), stock(Services&), transform(Services&), upkeep(Services&);
}

std::vector<JobType> all_jobs(Services& services)
{
    using namespace kinds;
    return {acquire(services),  autopilot(services),   backup(services), choose_stock(services), deliver(services),
            discover(services), fetch_model(services), import(services), probe(services),        produce(services),
            publish(services),  rescan(services),      stock(services),  transform(services),    upkeep(services)};
}

} // namespace jobs
