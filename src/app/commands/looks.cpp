#include "app/app.h"

namespace app::commands {

static int run(App& app, Arguments const&)
{
    auto const& looks = app.catalog().looks();
    if (app.json()) {
        app.print_json(looks);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows;
    for (auto const& look : looks) {
        std::string filters;
        for (auto const& call : look.filters) filters += (filters.empty() ? "" : ", ") + call.name;
        rows.push_back({look.name, filters.empty() ? "-" : filters, look.help});
    }
    app.print_table(rows);
    return exit_code::done;
}

Command looks() { return {.name = "looks", .help = "Lists the looks: ready-made styles for a clip.", .run = run}; }

} // namespace app::commands
