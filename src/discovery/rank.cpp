#include "discovery/rank.h"

#include "base/file.h"
#include "discovery/license.h"
#include "discovery/match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace discovery {

using base::ErrorCode;
using base::fail;

static constexpr double velocity_decades = 1.0; // ten times the median fills the factor, a tenth empties it
static constexpr double velocity_floor = 0.01;  // views an hour; keeps the median off zero
static constexpr double age_hours_min = 1.0;    // the first hour says little
static constexpr double comment_worth = 2.0;    // in likes
static constexpr double share_worth = 3.0;

static constexpr std::array weights{&RankWeights::velocity, &RankWeights::engagement, &RankWeights::freshness,
                                    &RankWeights::format,   &RankWeights::rights,     &RankWeights::relevance};
static constexpr std::array<std::string_view, 6> names{"velocity", "engagement", "freshness",
                                                       "format",   "rights",     "relevance"};

void check(RankRules const& rules, std::string const& what)
{
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        auto const weight = rules.weights.*weights[i];
        if (!(weight >= 0 && weight <= 1'000))
            fail(ErrorCode::InvalidInput, "{}: weights.{} is {}, outside [0, 1000]", what, names[i], weight);
        sum += weight;
    }
    if (!(rules.weights.relevance > 0))
        fail(ErrorCode::InvalidInput, "{}: weights.relevance must be above 0: every clip has it", what);
    auto const positive = [&](double value, std::string_view field) {
        if (!(value > 0 && value < 1e9)) fail(ErrorCode::InvalidInput, "{}: {} is {}, not above 0", what, field, value);
    };
    positive(sum, "the sum of weights");
    positive(rules.half_life_hours, "half_life_hours");
    positive(rules.engagement_prior_views, "engagement_prior_views");
    positive(rules.engagement_prior_rate, "engagement_prior_rate");
    positive(rules.engagement_good_rate, "engagement_good_rate");
    positive(rules.format_best_min_seconds, "format_best_min_seconds");
    positive(rules.format_best_max_seconds - rules.format_best_min_seconds,
             "format_best_max_seconds - format_best_min_seconds");
}

RankRules load_rank_rules(std::filesystem::path const& path)
{
    try {
        auto const rules = base::read_json<RankRules>(base::read_file(path, 64U << 10U), "the file");
        check(rules, path.string());
        return rules;
    } catch (base::Error const& error) {
        if (std::string_view(error.what()).find(path.string()) != std::string_view::npos) throw;
        fail(error.code, "{}: {}", path.string(), error.what());
    }
}

namespace {

/// What a factor measured, and what it is worth (0..1).
struct Measure {
    double value = 0;
    double worth = 0;
};
using Factor = std::optional<Measure>;

/// Three digits that count, so that a reason reads well.
double readable(double value)
{
    if (value == 0 || !std::isfinite(value)) return 0;
    auto const scale = std::pow(10.0, 2 - std::floor(std::log10(std::fabs(value))));
    auto const rounded = std::round(value * scale) / scale;
    return rounded;
}

std::optional<double> age_hours(Candidate const& candidate, base::Time now)
{
    if (!candidate.published_at) return std::nullopt;
    auto const hours = static_cast<double>((now - *candidate.published_at).count()) / 3'600'000.0;
    return std::max(hours, 0.0); // a date ahead of us is as fresh as can be
}

std::optional<double> views_an_hour(Candidate const& candidate, base::Time now)
{
    auto const age = age_hours(candidate, now);
    if (!age || !candidate.views) return std::nullopt;
    return static_cast<double>(*candidate.views) / std::max(*age, age_hours_min);
}

std::map<std::string, double> medians(std::vector<Candidate> const& candidates, base::Time now)
{
    std::map<std::string, std::vector<double>> by_platform;
    for (auto const& candidate : candidates)
        if (auto const speed = views_an_hour(candidate, now)) by_platform[candidate.platform].push_back(*speed);
    std::map<std::string, double> out;
    for (auto& [platform, speeds] : by_platform) {
        std::sort(speeds.begin(), speeds.end());
        auto const half = speeds.size() / 2;
        auto const median = speeds.size() % 2 == 1 ? speeds[half] : (speeds[half - 1] + speeds[half]) / 2;
        out[platform] = std::max(median, velocity_floor);
    }
    return out;
}

Factor velocity(Candidate const& candidate, double median, base::Time now)
{
    auto const speed = views_an_hour(candidate, now);
    if (!speed) return std::nullopt;
    auto const ratio = *speed / median;
    auto const decades = ratio > 0 ? std::log10(ratio) : -velocity_decades;
    return Measure{ratio, std::clamp(0.5 + decades / (2 * velocity_decades), 0.0, 1.0)};
}

Factor engagement(Candidate const& candidate, RankRules const& rules)
{
    if (!candidate.views || !candidate.likes) return std::nullopt;
    auto const reactions = static_cast<double>(*candidate.likes) +
                           comment_worth * static_cast<double>(candidate.comments.value_or(0)) +
                           share_worth * static_cast<double>(candidate.shares.value_or(0));
    auto const rate = (reactions + rules.engagement_prior_rate * rules.engagement_prior_views) /
                      (static_cast<double>(*candidate.views) + rules.engagement_prior_views);
    return Measure{rate, rate / (rate + rules.engagement_good_rate)};
}

Factor freshness(Candidate const& candidate, RankRules const& rules, base::Time now)
{
    if (candidate.url.starts_with("file://")) return std::nullopt; // own footage does not go stale
    auto const age = age_hours(candidate, now);
    if (!age) return std::nullopt;
    return Measure{*age, std::exp2(-*age / rules.half_life_hours)};
}

Factor format(Candidate const& candidate, RankRules const& rules)
{
    if (!candidate.duration_seconds || !(*candidate.duration_seconds > 0)) return std::nullopt;
    auto const seconds = *candidate.duration_seconds;
    auto worth = 1.0;
    if (seconds < rules.format_best_min_seconds) worth = seconds / rules.format_best_min_seconds;
    if (seconds > rules.format_best_max_seconds) worth = std::sqrt(rules.format_best_max_seconds / seconds);
    return Measure{seconds, worth};
}

void score(Candidate& candidate, std::array<Factor, 6> const& factors, RankRules const& rules)
{
    double whole = 0;
    for (std::size_t i = 0; i < factors.size(); ++i)
        if (factors[i]) whole += rules.weights.*weights[i];
    candidate.reasons.clear();
    std::int64_t hundredths = 0; // counted whole, so that the points add up to the score exactly
    for (std::size_t i = 0; i < factors.size(); ++i) {
        Reason reason{std::string(names[i]), std::nullopt, 0};
        if (factors[i] && whole > 0) {
            auto const points = static_cast<std::int64_t>(
                std::floor(10'000 * rules.weights.*weights[i] / whole * factors[i]->worth + 1e-9));
            hundredths += points;
            reason.value = readable(factors[i]->value);
            reason.points = static_cast<double>(points) / 100;
        }
        candidate.reasons.push_back(std::move(reason));
    }
    candidate.score = static_cast<double>(std::min<std::int64_t>(hundredths, 10'000)) / 100;
}

} // namespace

void rank(std::vector<Candidate>& candidates, std::string_view niche, RankRules const& rules, base::Time now)
{
    Matcher const matcher(niche);
    auto const median = medians(candidates, now);
    for (auto& candidate : candidates) {
        auto const usual = median.find(candidate.platform);
        auto const open = openness(candidate.license);
        auto const relevance = matcher.strength(candidate);
        score(candidate,
              {velocity(candidate, usual == median.end() ? 1.0 : usual->second, now), engagement(candidate, rules),
               freshness(candidate, rules, now), format(candidate, rules), Measure{open, open},
               Measure{relevance, relevance}},
              rules);
    }
    std::sort(candidates.begin(), candidates.end(), [](Candidate const& a, Candidate const& b) {
        if (a.score != b.score) return a.score > b.score;
        if (a.published_at != b.published_at) return a.published_at > b.published_at; // none comes last
        return a.id < b.id;
    });
}

} // namespace discovery
