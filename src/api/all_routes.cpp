#include "api/route.h"

#include <array>

namespace api {

// Every route, in alphabetical order. A route lives in routes/<name>.cpp and is named here twice: declared, listed.
namespace routes {
Route get_job(), get_jobs(), healthz(), readyz();
}

std::span<Route const> all_routes()
{
    using namespace routes;
    static std::array const list{get_job(), get_jobs(), healthz(), readyz()};
    return list;
}

} // namespace api
