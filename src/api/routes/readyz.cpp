#include "api/route.h"
#include "base/file.h"

namespace api::routes {

struct ReadyOutput {
    bool ready = true;
    std::string database = "ok";
    std::string disk = "ok";
    std::int64_t disk_free_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(ReadyOutput, (), (ready, database, disk, disk_free_bytes))

static constexpr std::int64_t disk_free_min = 500LL << 20; // less does not hold one long clip while it is made

static net::ServerResponse handle(Services& services, Call const&)
{
    ReadyOutput output;
    try {
        services.database.query("SELECT 1");
    } catch (base::Error const& error) {
        output.database = error.what();
        output.ready = false;
    }
    output.disk_free_bytes = static_cast<std::int64_t>(base::free_bytes(services.data));
    if (output.disk_free_bytes < disk_free_min) {
        output.disk = "less than 500 MiB are free";
        output.ready = false;
    }
    return json_response(output, output.ready ? 200 : 503);
}

Route readyz() { return {"GET", "/readyz", Role::Public, "Database and disk can take work.", handle}; }

} // namespace api::routes
