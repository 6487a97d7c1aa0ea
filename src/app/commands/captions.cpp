#include "app/app.h"

namespace app::commands {

static int run(App& app, Arguments const&)
{
    auto const& styles = app.catalog().captions();
    if (app.json()) {
        app.print_json(styles);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows;
    for (auto const& style : styles)
        rows.push_back({style.name, style.fonts.empty() ? "-" : style.fonts.front(), style.help});
    app.print_table(rows);
    return exit_code::done;
}

Command captions() { return {.name = "captions", .help = "Lists the caption styles.", .run = run}; }

} // namespace app::commands
