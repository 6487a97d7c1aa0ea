#include "api/route.h"
#include "base/file.h"

namespace api::routes {

struct Health {
    std::string status = "ok";
};
BOOST_DESCRIBE_STRUCT(Health, (), (status))

static Health alive(Services&, Call const&, Nothing const&) { return {}; }

static Route healthz()
{
    return route({.method = "GET",
                  .path = "/healthz",
                  .access = Access::Public,
                  .tag = "system",
                  .help = "The process is alive."},
                 alive);
}

struct Readiness {
    bool ready = true;
    std::string database = "ok";
    std::string disk = "ok";
    std::int64_t disk_free_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (ready, database, disk, disk_free_bytes))

static constexpr std::int64_t disk_free_min = 500LL << 20; // less does not hold one long clip while it is made

static Reply<Readiness> ready(Services& services, Call const&, Nothing const&)
{
    Readiness output;
    try {
        services.database.query("SELECT 1");
    } catch (base::Error const& error) {
        services.log.error("database.unreachable", {{"error", std::string(error.what())}});
        output.database = "does not answer; the log says why"; // this route is public
        output.ready = false;
    }
    output.disk_free_bytes = static_cast<std::int64_t>(base::free_bytes(services.data));
    if (output.disk_free_bytes < disk_free_min) {
        output.disk = "less than 500 MiB are free";
        output.ready = false;
    }
    return {output, output.ready ? 200 : 503};
}

static Route readyz()
{
    return route({.method = "GET",
                  .path = "/readyz",
                  .access = Access::Public,
                  .tag = "system",
                  .help = "Database and disk can take work; 503 where they can't."},
                 ready);
}

std::vector<Route> health() { return {healthz(), readyz()}; }

} // namespace api::routes
