#include "discovery/stock.h"
#include "app/engine.h"

namespace app::commands {

namespace {

/// A line of what `stock` prints.
struct StockReport {
    discovery::StockPick pick;
    std::optional<std::string> asset_id; ///< where it was fetched
};
BOOST_DESCRIBE_STRUCT(StockReport, (), (pick, asset_id))

} // namespace

/// By the job that fetches any clip, so that licence and evidence are in the ledger.
static std::string fetch(Engine& engine, discovery::Candidate const& clip)
{
    auto const job = engine.run("acquire", base::to_json(jobs::AcquirePayload{clip, ""}));
    if (job.state != store::JobState::Done)
        throw base::Error(base::ErrorCode::Upstream, clip.id + ": " + job.reason, job.next_action);
    return base::read_json<jobs::AcquireResult>(job.result.value_or("{}"), "the job's result").asset_id;
}

static int run(App& app, Arguments const& arguments)
{
    discovery::StockRequest request;
    request.sentences = discovery::split_sentences(arguments.text("TEXT"));
    request.orientation =
        base::enum_value<discovery::Orientation>(arguments.text("--orientation", "portrait"), "--orientation");
    request.seconds_min = static_cast<double>(arguments.integer("--seconds", 3, 1, 60));
    std::vector<StockReport> reports;
    for (auto& pick : discovery::choose_stock(app.scanner(), request, app.stop()))
        reports.push_back({std::move(pick), std::nullopt});
    if (arguments.has("--get")) {
        Engine engine(app);
        for (auto& report : reports)
            if (report.pick.clip) report.asset_id = fetch(engine, *report.pick.clip);
    }
    auto const whole = std::ranges::all_of(reports, [](auto const& report) { return report.pick.clip.has_value(); });
    if (app.json()) {
        app.print_json(reports);
        return whole ? exit_code::done : exit_code::partial;
    }
    std::vector<std::vector<std::string>> rows{{"SENTENCE", "CLIP", "SECONDS", "BY", "WHY"}};
    for (auto const& [pick, asset] : reports)
        rows.push_back(
            {base::truncate_utf8(pick.sentence, 40), pick.clip ? pick.clip->url : "-",
             pick.clip && pick.clip->duration_seconds ? fmt::format("{:.0f}", *pick.clip->duration_seconds) : "-",
             pick.clip ? pick.clip->author.value_or("-") : "-", pick.reason});
    app.print_table(rows);
    return whole ? exit_code::done : exit_code::partial;
}

Command stock()
{
    return {.name = "stock",
            .help = "Stock footage from Pexels for each sentence of a text, no clip twice.",
            .positionals = {{"TEXT", "what is said, \"Bees leave the hive. They look for clover.\""}},
            .options = {{"--orientation",
                         "WHICH",
                         "portrait (default), landscape or square",
                         {},
                         false,
                         false,
                         {"portrait", "landscape", "square"}},
                        {"--seconds", "N", "shortest clip (default 3)"},
                        {"--get", "", "fetch them too, with their rights"}},
            .run = run};
}

} // namespace app::commands
