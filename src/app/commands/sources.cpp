#include "app/app.h"

namespace app::commands {

static int list(App& app)
{
    auto const sources = app.scanner().list();
    if (app.json()) {
        app.print_json(sources);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows{{"SOURCE", "READY", "ASKED", "WHAT"}};
    for (auto const& source : sources)
        rows.push_back({source.id, source.configured ? "yes" : "no", source.enabled ? "always" : "by name",
                        source.configured
                            ? source.help
                            : source.missing.value_or("") + " (" + source.next_action.value_or("") + ")"});
    app.print_table(rows);
    return exit_code::done;
}

static std::string why(discovery::SourceCheck const& check)
{
    auto text = check.code ? base::enum_text(*check.code) : "";
    if (check.reason) text += (text.empty() ? "" : ": ") + *check.reason;
    return check.next_action ? text + " (" + *check.next_action + ")" : text;
}

static int check(App& app, std::vector<std::string> const& ids)
{
    auto const reports = app.scanner().check(ids, app.stop());
    auto const bad = std::ranges::count_if(
        reports, [](auto const& report) { return report.status == discovery::SourceStatus::Failed; });
    auto const unavailable = std::ranges::count_if(
        reports, [](auto const& report) { return report.status == discovery::SourceStatus::Unavailable; });
    if (app.json()) {
        app.print_json(reports);
    } else {
        auto const time = [](auto const& moment) { return moment ? base::format_time(*moment) : std::string("-"); };
        std::vector<std::vector<std::string>> rows{
            {"SOURCE", "STATUS", "TOOK", "FOUND", "LEFT", "LAST OK", "FAILED", "NOT BEFORE", "WHY"}};
        for (auto const& report : reports)
            rows.push_back({report.id, base::enum_text(report.status), fmt::format("{} ms", report.took_ms),
                            std::to_string(report.count), report.quota_left ? std::to_string(*report.quota_left) : "-",
                            time(report.last_ok), fmt::format("{}/{}", report.failed, report.asked),
                            time(report.paused_until), why(report)});
        app.print_table(rows);
    }
    if (bad > 0) return static_cast<std::size_t>(bad) == reports.size() ? exit_code::failed : exit_code::partial;
    return unavailable > 0 && static_cast<std::size_t>(unavailable) == reports.size() ? exit_code::not_configured
                                                                                      : exit_code::done;
}

static int run(App& app, Arguments const& arguments)
{
    if (arguments.text("ACTION", "list") == "list") return list(app);
    return check(app, arguments.all("ID"));
}

Command sources()
{
    return {.name = "sources",
            .help = "Lists the sources, or asks each a small question to see whether it works.",
            .positionals = {{"ACTION", "list (default) or check", false, false, {"list", "check"}},
                            {"ID", "sources to check; none: all", false, true}},
            .options = {{"--library", "DIR", "folder of your own footage"}},
            .run = run};
}

} // namespace app::commands
