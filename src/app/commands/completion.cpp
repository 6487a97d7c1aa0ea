#include "app/app.h"

#include <cstdio>

namespace app::commands {

static int run(App&, Arguments const& arguments)
{
    fmt::print("{}", app::completion(arguments.text("SHELL")));
    return exit_code::done;
}

Command completion()
{
    return {.name = "completion",
            .help = "Prints the completion script of a shell.",
            .positionals = {{"SHELL", "bash, zsh or fish", true, false, {"bash", "zsh", "fish"}}},
            .run = run};
}

} // namespace app::commands
