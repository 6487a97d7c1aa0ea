#include "app/engine.h"

#include <algorithm>

namespace app::commands {

static std::string why(discovery::Candidate const& candidate)
{
    std::string out;
    for (auto const& reason : candidate.reasons)
        if (reason.points >= 1)
            out += fmt::format("{}{} {:.0f}", out.empty() ? "" : ", ", reason.factor, reason.points);
    if (candidate.refinement && !candidate.refinement->why.empty()) out += "; " + candidate.refinement->why;
    return out;
}

static void print_candidates(App& app, discovery::ScanResult const& result)
{
    auto const& fresh = result.new_ids;
    std::vector<std::vector<std::string>> rows{{"SCORE", "", "SOURCE", "KIND", "LICENCE", "TITLE", "WHY"}};
    for (auto const& candidate : result.candidates)
        rows.push_back({fmt::format("{:5.1f}", candidate.score),
                        std::ranges::find(fresh, candidate.id) != fresh.end() ? "new" : "", candidate.platform,
                        base::enum_text(candidate.kind), candidate.license, base::truncate_utf8(candidate.title, 60),
                        why(candidate)});
    app.print_table(rows);
    app.print(fmt::format("\n{} of {} are new. Ranking: {}{}\n\n", fresh.size(), result.candidates.size(),
                          result.ranking, result.ranking_note ? " (" + *result.ranking_note + ")" : ""));
    std::vector<std::vector<std::string>> sources{{"SOURCE", "STATUS", "FOUND", "TOOK", "WHY"}};
    for (auto const& source : result.sources)
        sources.push_back({source.id, base::enum_text(source.status), std::to_string(source.count),
                           fmt::format("{} ms", source.took_ms),
                           source.reason.value_or("") + (source.next_action ? " (" + *source.next_action + ")" : "")});
    app.print_table(sources);
}

/// Done where every source that was asked answered; unavailable ones count only where they were asked for by name.
static int code_of(discovery::ScanResult const& result, bool named)
{
    std::size_t bad = 0;
    std::size_t unavailable = 0;
    std::size_t asked = 0;
    for (auto const& source : result.sources) {
        using enum discovery::SourceStatus;
        if (source.status == Skipped || (source.status == Unavailable && !named)) continue;
        ++asked;
        if (source.status == Unavailable)
            ++unavailable;
        else if (source.status == Failed || source.status == Partial)
            ++bad;
    }
    if (unavailable > 0 && unavailable == asked) return exit_code::not_configured;
    if (bad > 0 && bad == asked && result.candidates.empty()) return exit_code::failed;
    return bad + unavailable > 0 ? exit_code::partial : exit_code::done;
}

static int run(App& app, Arguments const& arguments)
{
    discovery::ScanRequest request;
    request.niche = arguments.text("NICHE");
    request.since = base::parse_since(arguments.text("--since", "30d"), app.clock().now(), "--since");
    request.limit = static_cast<int>(arguments.integer("--limit", 50, 1, discovery::scan_limit_max));
    request.sources = base::split_list(arguments.text("--source"));
    ProgressBar bar(app.quiet());
    bar.update("discover", 0);
    auto const asked = request.sources.empty() ? app.scanner().specs().size() : request.sources.size();
    std::size_t answered = 0;
    auto const on_source = [&](discovery::SourceReport const& report, std::vector<discovery::Candidate> const&) {
        bar.update("discover: " + report.id, static_cast<double>(++answered) / static_cast<double>(asked + 1));
    };
    auto const found =
        app.discovery().run({request, std::string(local_owner), !arguments.has("--no-refine")}, app.stop(), on_source);
    app.database().transaction([&](store::Connection& connection) { app.discovery().remember(connection, found); });
    bar.clear();
    auto const& result = found.result;
    if (app.json())
        app.print_json(result);
    else
        print_candidates(app, result);
    return code_of(result, !request.sources.empty());
}

Command discover()
{
    return {.name = "discover",
            .help = "Finds what rises in a niche, ranked and explained.",
            .positionals = {{"NICHE", "what it is about, \"urban birds\""}},
            .options = {{"--source", "ID,...", "only these sources; `ettametta sources` lists them"},
                        {"--since", "TIME", "24h, 7d, 30d (default) or a date"},
                        {"--limit", "N", "candidates to show (default 50), the best of each source among them"},
                        {"--no-refine", "", "no language model's opinion, even where one is configured"},
                        {"--library", "DIR", "folder of your own footage"}},
            .run = run};
}

} // namespace app::commands
