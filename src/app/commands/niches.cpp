#include "app/engine.h"

namespace app::commands {

namespace {

constexpr int niches_shown_max = 500;
constexpr int terms_shown = 15;
constexpr base::Milliseconds every_min{15 * 60'000};
constexpr base::Milliseconds every_max{30LL * 24 * 3600'000};

/// What `niches show` prints.
struct NicheView {
    store::Niche niche;
    std::vector<discovery::Pattern> keywords;
    std::vector<discovery::Pattern> hashtags;
    std::vector<discovery::Pattern> topics;
    std::vector<discovery::Candidate> best;
};
BOOST_DESCRIBE_STRUCT(NicheView, (), (niche, keywords, hashtags, topics, best))

std::string text_of(std::optional<base::Time> const& time) { return time ? base::format_time(*time) : "-"; }

std::string span(std::int64_t milliseconds) { return base::format_duration(base::Milliseconds(milliseconds)); }

store::Niche known(App& app, std::string const& name)
{
    auto const found = app.database().read([&](store::Connection& connection) {
        return store::find_niche(connection, std::string(local_owner), discovery::niche_words(name));
    });
    if (!found)
        base::fail(base::ErrorCode::NotFound,
                   base::Next{"`ettametta discover` or `ettametta niches watch` makes it known"},
                   "there is no niche '{}'", base::truncate_utf8(base::clean_utf8(name), 80));
    return *found;
}

int list(App& app)
{
    auto const niches = app.database().read([&](store::Connection& connection) {
        return store::list_niches(connection, std::string(local_owner), niches_shown_max);
    });
    if (app.json()) {
        app.print_json(niches);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows{{"NICHE", "WATCHED", "SCANS", "LAST", "NEXT"}};
    for (auto const& one : niches)
        rows.push_back({one.name, one.watched ? "every " + span(one.every_ms) : "no", std::to_string(one.scans),
                        text_of(one.scanned_at), text_of(one.next_scan_at)});
    app.print_table(rows);
    return exit_code::done;
}

NicheView view_of(App& app, store::Niche const& niche)
{
    NicheView out{niche, {}, {}, {}, {}};
    app.database().read([&](store::Connection& connection) {
        auto const terms = [&](store::TermKind kind, std::vector<discovery::Pattern>& to) {
            to.clear();
            for (auto const& term : store::list_terms(connection, niche.id, kind, terms_shown))
                to.push_back({term.term, term.count,
                              term.score_sum / static_cast<double>(std::max<std::int64_t>(term.count, 1))});
        };
        terms(store::TermKind::Keyword, out.keywords);
        terms(store::TermKind::Hashtag, out.hashtags);
        terms(store::TermKind::Topic, out.topics);
    });
    out.best = app.discovery().remembered(niche, terms_shown);
    return out;
}

void print_patterns(App& app, std::string_view title, std::vector<discovery::Pattern> const& patterns)
{
    if (patterns.empty()) return;
    std::vector<std::vector<std::string>> rows{{std::string(title), "ITEMS", "MEAN SCORE"}};
    for (auto const& one : patterns)
        rows.push_back({one.name, std::to_string(one.count), fmt::format("{:.1f}", one.mean_score)});
    app.print_table(rows);
    app.print("\n");
}

int show(App& app, store::Niche const& niche)
{
    auto const view = view_of(app, niche);
    if (app.json()) {
        app.print_json(view);
        return exit_code::done;
    }
    app.print(fmt::format("{}: {}, {} scans, the last {}, the next {}; looks back {}\n\n", niche.name,
                          niche.watched ? "watched every " + span(niche.every_ms) : "not watched", niche.scans,
                          text_of(niche.scanned_at), text_of(niche.next_scan_at), span(niche.horizon_ms)));
    print_patterns(app, "KEYWORD", view.keywords);
    print_patterns(app, "HASHTAG", view.hashtags);
    print_patterns(app, "TOPIC", view.topics);
    std::vector<std::vector<std::string>> rows{{"SCORE", "SOURCE", "GROWTH", "TITLE"}};
    for (auto const& one : view.best)
        rows.push_back({fmt::format("{:5.1f}", one.score), one.platform,
                        one.growth ? fmt::format("{:.1f} {}/h", one.growth->per_hour, one.growth->of) : "",
                        base::truncate_utf8(one.title, 70)});
    app.print_table(rows);
    return exit_code::done;
}

int report(App& app, store::Niche const& niche, Arguments const& arguments)
{
    auto const since = base::parse_since(arguments.text("--since", "30d"), app.clock().now(), "--since");
    auto const top = static_cast<std::size_t>(arguments.integer("--top", 15, 1, 200));
    auto const found = app.discovery().patterns(niche, since, top);
    if (app.json()) {
        app.print_json(found);
        return exit_code::done;
    }
    app.print(fmt::format("{}: {} items since {}; {} without a date, {} without a length\n\n", found.niche, found.items,
                          base::format_time(found.since), found.undated, found.lengthless));
    print_patterns(app, "KEYWORD", found.keywords);
    print_patterns(app, "HASHTAG", found.hashtags);
    print_patterns(app, "TOPIC", found.topics);
    print_patterns(app, "SHAPE OF TITLE", found.hooks);
    print_patterns(app, "OPENING", found.openings);
    print_patterns(app, "LENGTH", found.lengths);
    print_patterns(app, "SOURCE", found.platforms);
    std::vector<std::vector<std::string>> rows{{"POSTED (UTC)", "ITEMS", "MEAN SCORE"}};
    for (auto const& one : found.posting_times)
        rows.push_back({fmt::format("{} {:02}:00", one.weekday, one.hour), std::to_string(one.count),
                        fmt::format("{:.1f}", one.mean_score)});
    app.print_table(rows);
    return exit_code::done;
}

std::optional<std::int64_t> span_of(Arguments const& arguments, std::string_view flag)
{
    if (!arguments.has(flag)) return std::nullopt;
    auto const text = arguments.text(flag);
    auto const span = base::parse_duration(text);
    if (!span || *span < every_min || *span > every_max)
        base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is not a time between 15m and 30d", flag, text);
    return span->count();
}

int watch(App& app, std::string const& name, bool on, Arguments const& arguments)
{
    auto const every = span_of(arguments, "--every"); // before anything is written
    auto const horizon = span_of(arguments, "--since");
    auto niche = on ? app.discovery().niche(std::string(local_owner), name) : known(app, name);
    auto const now = app.clock().now();
    niche.watched = on;
    niche.every_ms = every.value_or(niche.every_ms);
    niche.horizon_ms = horizon.value_or(niche.horizon_ms);
    niche.next_scan_at.reset();
    if (on) niche.next_scan_at = discovery::next_slot(niche.id, base::Milliseconds(niche.every_ms), now);
    niche.updated_at = now;
    app.database().transaction([&](store::Connection& connection) { store::update_niche(connection, niche); });
    if (app.json())
        app.print_json(niche);
    else if (on)
        app.print(fmt::format("{} is scanned every {} while `ettametta serve` runs; the next time {}\n", niche.name,
                              span(niche.every_ms), text_of(niche.next_scan_at)));
    else
        app.print(fmt::format("{} is not watched any more\n", niche.name));
    return exit_code::done;
}

int run(App& app, Arguments const& arguments)
{
    auto const action = arguments.text("ACTION", "list");
    if (action == "list") return list(app);
    auto const name = arguments.text("NICHE");
    if (name.empty()) base::fail(base::ErrorCode::InvalidInput, "niches {}: which NICHE?", action);
    if (action == "watch" || action == "unwatch") return watch(app, name, action == "watch", arguments);
    auto const niche = known(app, name);
    if (action == "show") return show(app, niche);
    return report(app, niche, arguments);
}

} // namespace

Command niches()
{
    return {
        .name = "niches",
        .help = "Lists niches, watches them, shows what was learned and what their finds have in common.",
        .positionals = {{"ACTION",
                         "list (default), show, watch, unwatch or report",
                         false,
                         false,
                         {"list", "show", "watch", "unwatch", "report"}},
                        {"NICHE", "which one", false}},
        .options = {{"--every", "TIME", "watch: time between two scans (default 4h)"},
                    {"--since", "TIME", "watch: how far back scans look (default 7d); report: from when (default 30d)"},
                    {"--top", "N", "report: lines of each list (default 15)"}},
        .run = run};
}

} // namespace app::commands
