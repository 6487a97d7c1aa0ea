#include "discovery/patterns.h"

#include <algorithm>
#include <array>
#include <map>

namespace discovery {

namespace {

constexpr std::array<std::string_view, 7> weekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::size_t opening_words = 2;

struct Tally {
    std::int64_t count = 0;
    double score = 0;
    void add(double value)
    {
        ++count;
        score += value;
    }
    double mean() const { return count > 0 ? score / static_cast<double>(count) : 0; }
};

struct LengthBand {
    double seconds_max;
    std::string_view name;
};
constexpr std::array length_bands{LengthBand{15, "under 15 s"}, LengthBand{30, "15-30 s"},
                                  LengthBand{60, "30-60 s"},    LengthBand{180, "1-3 min"},
                                  LengthBand{600, "3-10 min"},  LengthBand{1e12, "over 10 min"}};

std::vector<Pattern> sorted(std::map<std::string, Tally> const& tallies, std::size_t top, std::int64_t least = 1)
{
    std::vector<Pattern> out;
    for (auto const& [name, tally] : tallies)
        if (tally.count >= least) out.push_back({name, tally.count, tally.mean()});
    std::ranges::stable_sort(out, [](auto const& a, auto const& b) { // by name already
        return a.count != b.count ? a.count > b.count : a.mean_score > b.mean_score;
    });
    if (out.size() > top) out.resize(top);
    return out;
}

bool contains(std::vector<std::string> const& words, std::initializer_list<std::string_view> any)
{
    return std::ranges::any_of(words, [&](auto const& word) { return std::ranges::find(any, word) != any.end(); });
}

bool is_number(std::string const& word) { return word.find_first_not_of("0123456789") == std::string::npos; }

/// More than half of eight letters or more are capitals.
bool shouts(std::string_view title)
{
    std::size_t upper = 0;
    std::size_t lower = 0;
    for (auto const c : title) {
        upper += c >= 'A' && c <= 'Z' ? 1 : 0;
        lower += c >= 'a' && c <= 'z' ? 1 : 0;
    }
    return upper + lower >= 8 && upper > lower;
}

void add_terms(PatternReport& report, std::vector<Candidate> const& items, std::size_t top)
{
    for (auto const& term : learn_terms(items, report.niche)) {
        auto& list = term.kind == LearnedKind::Keyword   ? report.keywords
                     : term.kind == LearnedKind::Hashtag ? report.hashtags
                                                         : report.topics;
        if (list.size() < top)
            list.push_back({term.term, term.count, term.score_sum / static_cast<double>(term.count)});
    }
}

void add_times(PatternReport& report, std::vector<Candidate> const& items, std::size_t top)
{
    std::array<std::array<Tally, 24>, 7> grid{};
    for (auto const& one : items) {
        if (!one.published_at) {
            ++report.undated;
            continue;
        }
        auto const day = std::chrono::floor<std::chrono::days>(*one.published_at);
        auto const hour = std::chrono::floor<std::chrono::hours>(*one.published_at - day).count();
        grid[std::chrono::weekday(day).c_encoding()][static_cast<std::size_t>(hour)].add(one.score);
    }
    for (std::size_t day = 0; day < 7; ++day)
        for (std::size_t hour = 0; hour < 24; ++hour)
            if (auto const& tally = grid[day][hour]; tally.count > 0)
                report.posting_times.push_back(
                    {std::string(weekdays[day]), static_cast<int>(hour), tally.count, tally.mean()});
    std::ranges::stable_sort(report.posting_times, [](auto const& a, auto const& b) {
        return a.count != b.count ? a.count > b.count : a.mean_score > b.mean_score;
    });
    if (report.posting_times.size() > top) report.posting_times.resize(top);
}

void add_lengths(PatternReport& report, std::vector<Candidate> const& items)
{
    std::array<Tally, length_bands.size()> tallies{};
    for (auto const& one : items) {
        if (!one.duration_seconds) {
            ++report.lengthless;
            continue;
        }
        std::size_t band = 0;
        while (band + 1 < length_bands.size() && *one.duration_seconds >= length_bands[band].seconds_max) ++band;
        tallies[band].add(one.score);
    }
    for (std::size_t i = 0; i < tallies.size(); ++i)
        if (tallies[i].count > 0)
            report.lengths.push_back({std::string(length_bands[i].name), tallies[i].count, tallies[i].mean()});
}

} // namespace

std::vector<std::string_view> hook_shapes(std::string_view title)
{
    auto const words = base::words_of(title);
    std::vector<std::string_view> out;
    if (words.empty()) return out;
    auto const& first = words.front();
    auto const add = [&](bool is, std::string_view name) {
        if (is) out.push_back(name);
    };
    add(title.find('?') != std::string_view::npos, "question");
    add(is_number(first), "number first");
    add(!is_number(first) && std::ranges::any_of(words, is_number), "number");
    add(words.size() > 1 && first == "how" && words[1] == "to", "how to");
    add(first == "why" || first == "what" || first == "when" ||
            (first == "how" && !(words.size() > 1 && words[1] == "to")),
        "explains");
    add(contains(words, {"vs", "versus", "instead", "than"}), "contrast");
    add(contains({first}, {"stop", "never", "always", "try", "watch", "learn", "make", "build", "use", "don"}),
        "command");
    add(contains(words, {"i", "my", "me", "we", "our", "pov"}), "personal");
    add(contains(words, {"you", "your"}), "you");
    add(contains(words, {"secret", "secrets", "nobody", "truth", "mistake", "mistakes", "wrong", "revealed"}),
        "secret");
    add(shouts(title), "shouting");
    if (out.empty()) out.push_back("plain");
    return out;
}

PatternReport find_patterns(std::vector<Candidate> const& candidates, std::string_view niche, base::Time since,
                            std::size_t top)
{
    PatternReport report;
    report.niche = niche;
    report.since = since;
    std::vector<Candidate> items;
    std::ranges::copy_if(candidates, std::back_inserter(items),
                         [&](auto const& one) { return !one.published_at || *one.published_at >= since; });
    report.items = static_cast<std::int64_t>(items.size());
    std::map<std::string, Tally> hooks;
    std::map<std::string, Tally> openings;
    std::map<std::string, Tally> platforms;
    for (auto const& one : items) {
        platforms[one.platform].add(one.score);
        if (one.kind == CandidateKind::Topic) continue; // a name, not a title
        for (auto const shape : hook_shapes(one.title)) hooks[std::string(shape)].add(one.score);
        auto const words = base::words_of(one.title);
        if (words.size() < opening_words) continue;
        auto opening = words[0];
        for (std::size_t i = 1; i < opening_words; ++i) opening += " " + words[i];
        openings[opening].add(one.score);
    }
    report.hooks = sorted(hooks, top);
    report.openings = sorted(openings, top, 2);
    report.platforms = sorted(platforms, top);
    add_terms(report, items, top);
    add_lengths(report, items);
    add_times(report, items, top);
    return report;
}

} // namespace discovery
