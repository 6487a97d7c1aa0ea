#include "app/app.h"
#include "base/file.h"
#include "store/migrations.h"

namespace app::commands {

static int run(App& app, Arguments const& arguments)
{
    base::make_folder(app.data_folder());
    store::Database database(app.database_location());
    if (arguments.text("ACTION") == "migrate") {
        auto const report = store::migrate(database, app.clock());
        if (app.json())
            app.print_json(report);
        else
            app.print(report.applied.empty()
                          ? fmt::format("The database is at version {} already.\n", report.to)
                          : fmt::format("The database went from version {} to {}.\n", report.from, report.to));
        return exit_code::done;
    }
    auto const report = store::check(database);
    if (app.json()) {
        app.print_json(report);
    } else {
        app.print(fmt::format("{}, version {} of {}: {}\n", report.database, report.version, report.version_known,
                              report.ok ? "sound" : "NOT sound"));
        for (auto const& problem : report.problems) app.print("  " + problem + "\n");
    }
    return report.ok ? exit_code::done : exit_code::failed;
}

Command db()
{
    return {.name = "db",
            .help = "Brings the database up to date, or checks all of it.",
            .positionals = {{"ACTION", "migrate or check", true, false, {"migrate", "check"}}},
            .run = run};
}

} // namespace app::commands
