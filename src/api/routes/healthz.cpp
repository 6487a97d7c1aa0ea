#include "api/route.h"

namespace api::routes {

struct HealthOutput {
    std::string status = "ok";
};
BOOST_DESCRIBE_STRUCT(HealthOutput, (), (status))

static net::ServerResponse handle(Services&, Call const&) { return json_response(HealthOutput{}); }

Route healthz() { return {"GET", "/healthz", Role::Public, "The process is alive.", handle}; }

} // namespace api::routes
