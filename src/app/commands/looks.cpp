#include "app/app.h"
#include "app/samples.h"
#include "studio/look_sheet.h"

namespace app::commands {

static int make_sheet(App& app, Arguments const& arguments)
{
    auto const input =
        arguments.has("--input") ? std::filesystem::path(arguments.text("--input")) : sample_library() / "cockatoo.mp4";
    auto const sheet =
        studio::make_look_sheet(app.catalog(), app.media(), input, arguments.text("--sheet"), app.stop());
    if (app.json())
        app.print_json(sheet);
    else
        app.print(fmt::format("{}, {}x{}\n", sheet.output, sheet.width, sheet.height));
    return exit_code::done;
}

static int run(App& app, Arguments const& arguments)
{
    if (arguments.has("--sheet")) return make_sheet(app, arguments);
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

Command looks()
{
    return {.name = "looks",
            .help = "Lists the looks: ready-made styles for a clip. Or shows them all on one.",
            .options = {{"--sheet", "FILE", "draw every look, with its name, into this JPEG file"},
                        {"--input", "CLIP", "what to draw them on (default: a clip of the sample library)"}},
            .run = run};
}

} // namespace app::commands
