#include "store/backup.h"
#include "app/app.h"

namespace app::commands {

static int run(App& app, Arguments const& arguments)
{
    auto const file = std::filesystem::absolute(arguments.text("FILE"));
    auto const manifest = store::backup(app.database(), file, app.clock());
    if (app.json())
        app.print_json(manifest);
    else
        app.print(fmt::format("{}: {} bytes, version {}. Clips, blobs and the vault's master.key are files of "
                              "their own in {}: keep them too.\n",
                              file.string(), manifest.bytes, manifest.version, app.data_folder().string()));
    return exit_code::done;
}

Command backup()
{
    return {.name = "backup",
            .help = "Writes the database into one file, while everything goes on.",
            .positionals = {{"FILE", "to write"}},
            .run = run};
}

} // namespace app::commands
