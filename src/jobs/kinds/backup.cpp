#include "jobs/services.h"
#include "jobs/steps.h"

#include "base/file.h"

namespace jobs::kinds {

static JobOutcome run(Services& services, JobContext& context)
{
    require_backups(services.database);
    base::make_folder(services.backups.folder);
    remove_leftovers(services.backups.folder);
    auto const name = backup_name(context.job());
    auto const file = services.backups.folder / name;
    context.progress(0, "backup");
    auto const manifest = store::backup(services.database, file, services.clock);
    keep_newest(services.backups);
    return Done{base::to_json(
        BackupView{name, std::filesystem::file_size(file), manifest.created_at, manifest.version, manifest.sha256})};
}

JobType backup(Services& services)
{
    return {.name = "backup",
            .help = "Writes the database into a file of the folder `backups`, while everything goes on.",
            .pool = JobPool::Network, // it waits for the disk, and no render should keep it waiting
            .attempts_max = 3,
            .timeout = backup_timeout,
            .run = [&services](JobContext& context) { return run(services, context); }};
}

} // namespace jobs::kinds
