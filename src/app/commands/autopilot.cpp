#include "app/edit_arguments.h"
#include "app/engine.h"
#include "publishing/publisher.h"

namespace app::commands {

static int code_of(RunReport const& report)
{
    std::size_t failed = 0;
    for (auto const& clip : report.result.clips) failed += clip.made ? 0 : 1;
    auto const source_failed = std::ranges::any_of(report.result.sources, [](auto const& source) {
        return source.status == discovery::SourceStatus::Failed || source.status == discovery::SourceStatus::Partial;
    });
    if (!report.result.clips.empty() && failed == report.result.clips.size()) return exit_code::failed;
    return failed > 0 || source_failed || report.result.clips.empty() ? exit_code::partial : exit_code::done;
}

static int run(App& app, Arguments const& arguments)
{
    jobs::AutopilotPayload payload;
    payload.discover.niche = arguments.text("NICHE");
    payload.discover.since = base::parse_since(arguments.text("--since", "30d"), app.clock().now(), "--since");
    payload.discover.sources = base::split_list(arguments.text("--source"));
    payload.clips = static_cast<int>(arguments.integer("--limit", 1, 1, 50));
    payload.make.edit = read_edit_options(arguments, app.seed(), app.target_seconds());
    payload.make.edit.niche = payload.discover.niche;
    payload.make.edit.preferred_look = app.config().text("studio.look");
    if (!arguments.has("--look")) payload.make.edit.look = "auto";
    payload.make.destination = arguments.text("--publish", "outbox");
    payload.make.rights_note = arguments.text("--rights-note");
    publishing::find_publisher(payload.make.destination);
    auto const report = run_and_report(app, payload);
    return code_of(report);
}

Command autopilot()
{
    auto options = edit_options();
    std::vector<Option> const own{
        {"--library", "DIR", "folder of your own footage"},
        {"--since", "TIME", "24h, 7d, 30d (default) or a date"},
        {"--source", "ID,...", "only these sources"},
        {"--limit", "N", "clips to make of the best candidates (default 1)"},
        {"--publish", "WHERE", "outbox (default)", {}, false, false, {"outbox"}},
        {"--rights-note", "TEXT", "your decision, kept on record, why works without a stated licence may be used"}};
    options.insert(options.begin(), own.begin(), own.end());
    return {.name = "autopilot",
            .help = "Discovers a niche, ranks it, makes finished clips of the best and hands them over.",
            .positionals = {{"NICHE", "what it is about, \"urban birds\""}},
            .options = options,
            .run = run};
}

} // namespace app::commands
