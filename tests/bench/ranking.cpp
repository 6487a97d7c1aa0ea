// How well the ranking finds what will grow: synthetic histories with known growth, NDCG@10 against sorting by views
// and by views an hour, over many seeds. Prints Markdown.
// `ranking_bench RULES FILE` also judges recorded readings, a line each:
// {"id", "platform", "published_at", "readings": [{"at", "views"}]}. What was read in the last 24 hours of the record
// is what is to be foretold from what was read before.
#include "base/file.h"
#include "discovery/history.h"
#include "discovery/rank.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

using discovery::Candidate;

namespace {

constexpr int seeds = 200;
constexpr int first_seed = 5'001; // the weights were chosen on others
constexpr std::size_t top = 10;
constexpr double horizon_hours = 24; // the growth that is to be foretold

/// An item as it would really be, and what a scan sees of it.
struct Item {
    Candidate seen;
    double true_growth = 0; ///< views in the hours to come
    double usual = 1;       ///< of its platform: what makes growth comparable
};

struct Platform {
    char const* name;
    double views_an_hour; ///< of a middling item at its best
    double spread;        ///< of a lognormal distribution
};
constexpr Platform platforms[]{
    {"giant", 3000, 1.6}, {"large", 400, 1.4}, {"middle", 60, 1.2}, {"small", 8, 1.1}, {"tiny", 1.5, 1.0}};

/// Views at an age: a rise, a peak and a long fall; some wake up again later.
class Life {
public:
    Life(std::mt19937_64& chance, double strength) : strength_(strength)
    {
        std::uniform_real_distribution<double> unit(0, 1);
        std::lognormal_distribution<double> around(0, 0.8);
        rise_ = 3 * around(chance);
        fall_ = 18 * around(chance);
        if (unit(chance) < 0.2) { // found late by an audience
            wakes_at_ = 24 + 200 * unit(chance);
            second_ = strength * (1 + 6 * unit(chance));
            second_fall_ = 20 * around(chance);
        }
    }
    double views(double age) const
    {
        auto const wave = [](double at, double strength, double rise, double fall) {
            if (at <= 0) return 0.0; // the integral of strength * (1 - exp(-t/rise)) * exp(-t/fall)
            auto const both = 1 / (1 / rise + 1 / fall);
            return strength * (fall * (1 - std::exp(-at / fall)) - both * (1 - std::exp(-at / both)));
        };
        return wave(age, strength_, rise_, fall_) +
               (second_ > 0 ? wave(age - wakes_at_, second_, 4, second_fall_) : 0) + 0.02 * strength_ * age;
    }

private:
    double strength_, rise_ = 1, fall_ = 1, wakes_at_ = 0, second_ = 0, second_fall_ = 1;
};

base::Time const now = *base::parse_time("2026-05-06T00:00:00Z");

base::Milliseconds hours(double value) { return base::Milliseconds(static_cast<std::int64_t>(value * 3'600'000)); }

/// A niche: items of several platforms, each seen in as many scans, four hours apart, as it has been found in.
std::vector<Item> niche(std::uint64_t seed, int scans, bool one_platform)
{
    std::mt19937_64 chance(seed);
    std::uniform_real_distribution<double> unit(0, 1);
    std::normal_distribution<double> noise(0, 0.01);
    std::vector<Item> out;
    for (int i = 0; i < 200; ++i) {
        auto const& platform = platforms[one_platform ? 1 : i % 5];
        std::lognormal_distribution<double> strength(std::log(platform.views_an_hour), platform.spread);
        Life const life(chance, strength(chance));
        auto const age = 1 + 300 * unit(chance) * unit(chance);
        auto const count = [&](double at) {
            auto const exact = life.views(at);
            return static_cast<std::int64_t>(std::max(0.0, exact * (1 + noise(chance)))); // caches, corrections
        };
        Item item;
        item.usual = platform.views_an_hour * horizon_hours;
        item.true_growth = life.views(age + horizon_hours) - life.views(age);
        auto& seen = item.seen;
        seen.id = std::string(platform.name) + ":" + std::to_string(i);
        seen.platform = platform.name;
        seen.url = "https://" + seen.platform + ".example/" + std::to_string(i);
        seen.title = "niche item";
        seen.published_at = now - hours(age);
        seen.duration_seconds = 40;
        seen.license = "cc-by";
        std::vector<discovery::Reading> readings;
        for (int scan = scans - 1; scan >= 0; --scan)
            if (age - 4.0 * scan > 0.5)
                readings.push_back({now - hours(4.0 * scan), count(age - 4.0 * scan), {}, {}, {}});
        seen.views = readings.back().views;
        auto const likes = static_cast<double>(*seen.views) * std::exp(std::log(0.04) + 0.4 * noise(chance) * 100);
        seen.likes = static_cast<std::int64_t>(std::min(likes, static_cast<double>(*seen.views)));
        seen.growth = discovery::growth_of(readings);
        out.push_back(std::move(item));
    }
    return out;
}

double dcg(std::vector<double> const& gains)
{
    double sum = 0;
    for (std::size_t i = 0; i < std::min(top, gains.size()); ++i)
        sum += gains[i] / std::log2(static_cast<double>(i) + 2);
    return sum;
}

/// Gains are how many times the usual growth an item has, on a logarithmic scale, so that one wonder is not all.
double gain(Item const& item) { return std::log2(1 + std::max(item.true_growth, 0.0) / item.usual); }

template <class Key> double ndcg(std::vector<Item> const& items, Key key)
{
    std::vector<std::pair<double, double>> by_key;
    std::vector<double> best;
    for (auto const& item : items) {
        by_key.emplace_back(key(item), gain(item));
        best.push_back(gain(item));
    }
    std::ranges::stable_sort(by_key, std::greater{}, &std::pair<double, double>::first);
    std::ranges::sort(best, std::greater{});
    std::vector<double> ordered;
    for (auto const& [unused, value] : by_key) ordered.push_back(value);
    auto const most = dcg(best);
    return most > 0 ? dcg(ordered) / most : 1;
}

double age_hours(Candidate const& one, base::Time at)
{
    return static_cast<double>((at - *one.published_at).count()) / 3'600'000.0;
}

struct Scores {
    double ours = 0, views = 0, per_hour = 0;
    int beaten = 0; ///< both
};

Scores judge(std::vector<Item> const& items, discovery::RankRules const& rules, base::Time at)
{
    std::vector<Candidate> ranked;
    for (auto const& item : items) ranked.push_back(item.seen);
    discovery::rank(ranked, {"niche", at}, rules);
    std::map<std::string, double> score;
    for (auto const& one : ranked) score[one.id] = one.score;
    Scores out;
    out.ours = ndcg(items, [&](Item const& item) { return score.at(item.seen.id); });
    out.views = ndcg(items, [](Item const& item) { return static_cast<double>(*item.seen.views); });
    out.per_hour = ndcg(items, [&](Item const& item) {
        return static_cast<double>(*item.seen.views) / std::max(age_hours(item.seen, at), 1.0);
    });
    out.beaten = out.ours > out.views && out.ours > out.per_hour;
    return out;
}

void line(char const* name, int scans, bool one_platform, discovery::RankRules const& rules)
{
    Scores sum;
    for (int seed = first_seed; seed < first_seed + seeds; ++seed) {
        auto const one = judge(niche(static_cast<std::uint64_t>(seed), scans, one_platform), rules, now);
        sum.ours += one.ours;
        sum.views += one.views;
        sum.per_hour += one.per_hour;
        sum.beaten += one.beaten;
    }
    std::printf("| %s, %d scan%s | **%.3f** | %.3f | %.3f | %d of %d |\n", name, scans, scans == 1 ? "" : "s",
                sum.ours / seeds, sum.per_hour / seeds, sum.views / seeds, sum.beaten, seeds);
}

struct RecordedReading {
    base::Time at{};
    std::int64_t views = 0;
};
BOOST_DESCRIBE_STRUCT(RecordedReading, (), (at, views))
struct Recorded {
    std::string id;
    std::string platform;
    base::Time published_at{};
    std::vector<RecordedReading> readings; ///< in the order of time
};
BOOST_DESCRIBE_STRUCT(Recorded, (), (id, platform, published_at, readings))

/// What had been seen at that moment, and how much it grew after it.
std::optional<Item> as_of(Recorded const& one, base::Time cut)
{
    std::vector<discovery::Reading> seen;
    for (auto const& reading : one.readings)
        if (reading.at <= cut) seen.push_back({reading.at, reading.views, {}, {}, {}});
    if (seen.empty() || seen.size() == one.readings.size()) return std::nullopt;
    Item out;
    out.true_growth = static_cast<double>(one.readings.back().views - *seen.back().views);
    out.seen.id = one.id;
    out.seen.platform = one.platform;
    out.seen.url = "https://recorded.example/" + one.id;
    out.seen.title = "niche item";
    out.seen.published_at = one.published_at;
    out.seen.views = seen.back().views;
    out.seen.growth = discovery::growth_of(seen);
    return out;
}

/// What is usual on a platform is the median growth of its items.
void set_usual(std::vector<Item>& items)
{
    std::map<std::string, std::vector<double>> growths;
    for (auto const& item : items) growths[item.seen.platform].push_back(std::max(item.true_growth, 0.0));
    for (auto& [platform, values] : growths) std::ranges::sort(values);
    for (auto& item : items) {
        auto const& values = growths[item.seen.platform];
        item.usual = std::max(values[values.size() / 2], 1.0);
    }
}

void judge_recorded(char const* file, discovery::RankRules const& rules)
{
    std::vector<Recorded> all;
    base::Time last{};
    for (auto const& text : base::split(base::read_file(file, 1U << 30U), '\n')) {
        if (base::trim(text).empty()) continue;
        all.push_back(base::read_json<Recorded>(text, file));
        if (!all.back().readings.empty()) last = std::max(last, all.back().readings.back().at);
    }
    auto const cut = last - hours(horizon_hours);
    std::vector<Item> items;
    for (auto const& one : all)
        if (auto item = as_of(one, cut)) items.push_back(std::move(*item));
    set_usual(items);
    auto const scores = judge(items, rules, cut);
    std::printf("| recorded, %zu items | **%.3f** | %.3f | %.3f | |\n", items.size(), scores.ours, scores.per_hour,
                scores.views);
}

} // namespace

int main(int count, char** arguments)
{
    auto const rules = discovery::load_rank_rules(count > 1 ? arguments[1] : "catalog/ranking.json");
    std::printf("| histories | ours | by views an hour | by views | ours above both |\n|---|---|---|---|---|\n");
    for (int const scans : {1, 2, 3, 6}) line("five platforms", scans, false, rules);
    for (int const scans : {1, 2, 3, 6}) line("one platform", scans, true, rules);
    if (count > 2) judge_recorded(arguments[2], rules);
}
