#include "app/app.h"
#include "base/file.h"
#include "store/backup.h"

namespace app::commands {

static int run(App& app, Arguments const& arguments)
{
    if (store::is_postgres_url(app.database_location()))
        base::fail(base::ErrorCode::Unavailable, base::Next{"use pg_restore"},
                   "the database is PostgreSQL, which brings its own tools");
    base::make_folder(app.data_folder());
    auto const manifest = store::restore(std::filesystem::absolute(arguments.text("FILE")), app.data_folder());
    if (app.json())
        app.print_json(manifest);
    else
        app.print(fmt::format(
            "The database is as it was at {}; the one before lies beside it as ettametta.db.before-restore.\n",
            base::format_time(manifest.created_at)));
    return exit_code::done;
}

Command restore()
{
    return {.name = "restore",
            .help = "Puts a backup in the database's place, after checking all of it.",
            .positionals = {{"FILE", "made by `ettametta backup`"}},
            .run = run};
}

} // namespace app::commands
