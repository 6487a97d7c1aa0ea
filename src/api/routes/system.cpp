#include "api/route.h"
#include "base/file.h"
#include "store/migrations.h"

namespace api::routes {

struct SystemView {
    std::string version;
    std::string database; ///< "sqlite" or "postgres"
    int schema_version = 0;
    base::Time now{};
    jobs::QueueStats queue;
    std::vector<std::string> job_kinds;
};
BOOST_DESCRIBE_STRUCT(SystemView, (), (version, database, schema_version, now, queue, job_kinds))

static SystemView get(Services& services, Call const&, Nothing const&)
{
    SystemView out{services.version,
                   services.database.engine() == store::Engine::Sqlite ? "sqlite" : "postgres",
                   store::version_of(services.database),
                   services.clock.now(),
                   services.queue.stats(),
                   {}};
    for (auto const& type : services.queue.types()) out.job_kinds.emplace_back(type.name);
    return out;
}

static Route get_system()
{
    return route({.method = "GET",
                  .path = "/api/v1/system",
                  .access = Access::Admin,
                  .tag = "system",
                  .help = "Versions and the queue of all users."},
                 get);
}

struct StorageView {
    std::int64_t disk_free_bytes = 0;
    std::int64_t blob_bytes = 0;
    std::int64_t assets = 0;     ///< the caller's
    std::int64_t clips = 0;      ///< the caller's
    std::int64_t clip_bytes = 0; ///< of the caller's clips that lie on this machine
};
BOOST_DESCRIBE_STRUCT(StorageView, (), (disk_free_bytes, blob_bytes, assets, clips, clip_bytes))

static constexpr int clips_measured_max = 5'000;

static StorageView storage(Services& services, Call const& call, Nothing const&)
{
    StorageView out;
    out.disk_free_bytes = static_cast<std::int64_t>(base::free_bytes(services.data));
    out.blob_bytes = static_cast<std::int64_t>(services.blobs.total_bytes());
    std::vector<std::string> files;
    services.database.read([&](store::Connection& connection) {
        auto const count = [&](std::string_view table) {
            return connection.query(fmt::format("SELECT COUNT(*) FROM {} WHERE owner_id = $1", table), call.owner())[0]
                .get<std::int64_t>(0);
        };
        out.assets = count("assets");
        out.clips = count("clips");
        files.clear();
        for (auto const& row :
             connection.query("SELECT output_path FROM clips WHERE owner_id = $1 ORDER BY id DESC LIMIT $2",
                              call.owner(), clips_measured_max))
            files.push_back(row.get<std::string>(0));
    });
    for (auto const& file : files) {
        std::error_code error;
        auto const bytes = std::filesystem::file_size(file, error);
        if (!error) out.clip_bytes += static_cast<std::int64_t>(bytes);
    }
    return out;
}

static Route get_storage()
{
    return route({.method = "GET", .path = "/api/v1/storage", .tag = "storage", .help = "What lies on the disk."},
                 storage);
}

struct Findings {
    bool well = false; ///< nothing is broken; what is missing only limits what can be done
    std::vector<Finding> items;
};
BOOST_DESCRIBE_STRUCT(Findings, (), (well, items))

static Findings doctor(Services& services, Call const&, Nothing const&)
{
    auto items = services.doctor();
    auto const well = std::ranges::none_of(items, [](auto const& item) { return item.health == Health::Broken; });
    return {well, std::move(items)};
}

static Route get_doctor()
{
    return route({.method = "GET",
                  .path = "/api/v1/system/doctor",
                  .access = Access::Admin,
                  .tag = "system",
                  .help = "Every missing key, codec, tool and permission of the server's machine, and what each would "
                          "enable."},
                 doctor);
}

std::vector<Route> system() { return {get_system(), get_storage(), get_doctor()}; }

} // namespace api::routes
