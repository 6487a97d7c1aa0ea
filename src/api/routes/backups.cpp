#include "api/file_response.h"
#include "api/person.h"
#include "api/work.h"

namespace api::routes {

struct BackupList {
    std::vector<jobs::BackupView> items;
};
BOOST_DESCRIBE_STRUCT(BackupList, (), (items))

static BackupList list(Services& services, Call const&, Nothing const&)
{
    return {jobs::list_backups(services.backups)};
}

static Route list_backups()
{
    return route({.method = "GET",
                  .path = "/api/v1/backups",
                  .access = Access::Admin,
                  .tag = "backups",
                  .help = "Those that were made over the API, newest first; no more than backups.keep are kept."},
                 list);
}

static Reply<JobView> make(Services& services, Call const& call, Nothing const&)
{
    jobs::require_backups(services.database);
    return begin_work(services, call, "backup", "{}");
}

static Route make_backup()
{
    return route({.method = "POST",
                  .path = "/api/v1/backups",
                  .access = Access::Admin,
                  .tag = "backups",
                  .help = "Writes the database of all users into a file, while everything goes on; the job's result "
                          "names it. Media and the vault's master key are not in it. To put one back, stop the server "
                          "and run `ettametta restore FILE`: that replaces the database under it.",
                  .status = 202,
                  .problems = {503}},
                 make);
}

struct ByBackup {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(ByBackup, (), (name))
static std::vector<FieldRule> rules_of(ByBackup const*)
{
    return {{.name = "name", .help = "As the list names it.", .required = true, .length_min = 1, .length_max = 100}};
}

/// Who took a copy of everything stands in the audit log.
static void record(Services& services, Call const& call, std::string_view action, std::string const& name)
{
    services.database.transaction([&](store::Connection& connection) {
        accounts::record(connection, services.clock.now(), actor_of(call), {action, "backup", name});
    });
}

static net::ServerResponse download(Services& services, Call const& call, ByBackup const& parameters)
{
    auto const file = jobs::find_backup(services.backups, parameters.name);
    record(services, call, "backup.read", parameters.name);
    return file_response(call.request, {file, "", "application/octet-stream", parameters.name});
}

static Route get_backup()
{
    return route({.method = "GET",
                  .path = "/api/v1/backups/{name}",
                  .access = Access::Admin,
                  .tag = "backups",
                  .help = "The file, whole or by Range.",
                  .returns = "application/octet-stream",
                  .problems = {416}},
                 download);
}

static Reply<Nothing> remove(Services& services, Call const& call, ByBackup const& parameters)
{
    require_person(call);
    auto const file = jobs::find_backup(services.backups, parameters.name);
    record(services, call, "backup.removed", parameters.name);
    std::error_code gone;
    std::filesystem::remove(file, gone);
    if (gone) base::fail_errno(gone.value(), "remove", parameters.name);
    return {{}, 204};
}

static Route delete_backup()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/backups/{name}",
                  .access = Access::Admin,
                  .tag = "backups",
                  .help = "Removes a backup.",
                  .status = 204},
                 remove);
}

std::vector<Route> backups() { return {list_backups(), make_backup(), get_backup(), delete_backup()}; }

} // namespace api::routes
