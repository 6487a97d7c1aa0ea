#include "app/edit_arguments.h"
#include "app/engine.h"
#include "app/samples.h"

namespace app::commands {

/// The main job once, on the sample library alone: what is found does not depend on the network or on the day.
static int run(App& app, Arguments const& arguments)
{
    jobs::AutopilotPayload payload;
    payload.discover.niche = arguments.text("--niche", demo_niche);
    payload.discover.since = base::Time{};
    payload.discover.sources = base::split_list(arguments.text("--source", "library"));
    payload.discover.limit = 20;
    payload.clips = 1;
    payload.make.edit = read_edit_options(arguments, app.seed(), app.target_seconds());
    if (!arguments.has("--look")) payload.make.edit.look = "vivid";
    auto const report = run_and_report(app, payload);
    return !report.clips.empty() && report.clips.front().quality.passed ? exit_code::done : exit_code::failed;
}

static void prepare(Arguments& arguments)
{
    if (!arguments.has("--data")) arguments.set("--data", {data_folder("ettametta-demo").string()});
    if (!arguments.has("--library")) arguments.set("--library", {sample_library().string()});
}

Command demo()
{
    auto options = edit_options();
    options.insert(options.begin(), {"--source", "ID,...", "instead of the library"});
    options.insert(options.begin(), {"--niche", "TEXT", "instead of the demo's own"});
    options.insert(options.begin(), {"--library", "DIR", "instead of the sample library"});
    return {.name = "demo",
            .help = "Does the main job once on the sample library, in a data folder of its own.",
            .options = options,
            .run = run,
            .prepare = prepare};
}

} // namespace app::commands
