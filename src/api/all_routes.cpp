#include "api/route.h"

#include <array>

namespace api {

// Every route, in alphabetical order of its file. A route lives in routes/<family>.cpp and is named here twice:
// declared, listed.
namespace routes {
Route healthz(), readyz();                               // health.cpp
Route list_jobs(), get_job(), cancel_job(), retry_job(); // jobs.cpp
Route live_socket(), telemetry(), metrics();             // live.cpp
} // namespace routes

std::span<Route const> all_routes()
{
    using namespace routes;
    static std::array const list{
        healthz(),     readyz(),                               // health
        list_jobs(),   get_job(),   cancel_job(), retry_job(), // jobs
        live_socket(), telemetry(), metrics(),                 // live
    };
    return list;
}

} // namespace api
