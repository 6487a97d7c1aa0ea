#include "app/app.h"

namespace app::commands {

static int run(App& app, Arguments const&)
{
    auto const filters = app.media().filters();
    if (app.json()) {
        app.print_json(filters);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows;
    for (auto const& filter : filters) {
        rows.push_back({filter.name, "", filter.help});
        for (auto const& param : filter.params) {
            if (param.name == "intensity") break; // it, from and to come last and are the same everywhere
            rows.push_back(
                {"", param.name,
                 fmt::format("{} to {}, {} by default: {}", param.min, param.max, param.default_value, param.help)});
        }
        for (auto const& option : filter.options)
            rows.push_back({"", option.name,
                            option.choices.empty()
                                ? "a file: " + option.help
                                : fmt::format("{}: {}", fmt::join(option.choices, ", "), option.help)});
        if (filter.acts_at_times) rows.push_back({"", "times", "clip seconds joined by +, as in 1.5+3"});
    }
    app.print_table(rows);
    app.print("Every filter also takes intensity (0 to 1), from and to, in seconds of the clip: "
              "film_grain:amount=0.3,from=2,to=5\n");
    return exit_code::done;
}

Command filters()
{
    return {.name = "filters", .help = "Lists the filters with their parameters and ranges.", .run = run};
}

} // namespace app::commands
