#include "app/doctor.h"

namespace app::commands {

static int run(App& app, Arguments const& arguments)
{
    auto const findings = arguments.has("--worker") ? look_at_worker(app) : look_at_everything(app, Depth::Full);
    auto const broken =
        std::ranges::any_of(findings, [](auto const& finding) { return finding.health == api::Health::Broken; });
    if (app.json()) {
        app.print_json(findings);
        return broken ? exit_code::failed : exit_code::done;
    }
    std::vector<std::vector<std::string>> rows;
    for (auto const& finding : findings) {
        auto const* mark = finding.health == api::Health::Ok        ? "ok"
                           : finding.health == api::Health::Missing ? "-"
                                                                    : "BROKEN";
        rows.push_back({mark, finding.what,
                        finding.detail + (finding.next_action.empty() ? "" : " (" + finding.next_action + ")")});
    }
    app.print_table(rows);
    if (!arguments.has("--worker"))
        app.print(
            "\"-\" is missing, and nothing else suffers from it; what each thing is for: `ettametta doctor --json`.\n");
    return broken ? exit_code::failed : exit_code::done;
}

Command doctor()
{
    return {.name = "doctor",
            .help = "Lists every missing key, codec, tool and permission, and what each would enable.",
            .options = {{"--worker", "", "only whether this machine's worker is alive and can work"}},
            .run = run};
}

} // namespace app::commands
