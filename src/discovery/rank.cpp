#include "discovery/rank.h"

#include "discovery/history.h"
#include "discovery/license.h"
#include "discovery/match.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace discovery {

namespace {

constexpr double age_hours_min = 1.0;    // the first hour says little
constexpr double velocity_floor = 0.01;  // an hour; a logarithm needs something
constexpr double followers_floor = 100;  // a new author's first views are no sensation
constexpr double doublings_full = 2;     // four times as fast as before fills the factor
constexpr double author_items_prior = 2; // the usual counts like so many items of the author
constexpr std::size_t author_others_min = 2;
constexpr double square_fits = 0.85;
constexpr double landscape_fits = 0.7; // the sides are lost
constexpr std::string_view model_factor = "model";

/// What a factor measured, and what it is worth (0..1).
struct Worth {
    double value = 0;
    double worth = 0;
};
using Factor = std::optional<Worth>;

/// Three digits that count, so that a reason reads well.
double readable(double value)
{
    if (value == 0 || !std::isfinite(value)) return 0;
    auto const scale = std::pow(10.0, 2 - std::floor(std::log10(std::fabs(value))));
    return std::round(value * scale) / scale;
}

std::int64_t millionths(double value) { return std::llround(value * 1e6); }

/// A measure of one candidate, as a logarithm.
struct Measured {
    Measure measure;
    double log;
};

/// What is worked out of one candidate before any is scored.
struct Facts {
    std::optional<double> age_hours;
    std::optional<Measured> velocity;
    std::optional<double> engagement;
    std::optional<Measured> reach;
    std::uint32_t author = 0; ///< 0: unknown
};

class Ranking {
public:
    Ranking(std::vector<Candidate>& candidates, RankContext const& context, RankRules const& rules);
    void score();
    std::vector<Baseline> learned() const { return baselines_.learned(); }

private:
    Facts facts_of(Candidate const& candidate) const;
    std::optional<Measured> velocity_of(Candidate const& candidate, std::optional<double> age) const;
    void number_authors();
    void learn();
    Usual const& usual(std::uint32_t platform, Measure measure) const
    {
        return usuals_[platform][static_cast<std::size_t>(measure)];
    }

    Factor velocity(std::size_t i) const;
    Factor acceleration(std::size_t i) const;
    Factor engagement(std::size_t i) const;
    Factor freshness(std::size_t i) const;
    Factor author(std::size_t i) const;
    Factor format(std::size_t i) const;
    Factor rights(std::size_t i) const;

    std::vector<Candidate>& candidates_;
    RankContext const& context_;
    RankRules const& rules_;
    Baselines baselines_;
    std::vector<Facts> facts_;
    std::vector<std::uint32_t> platform_of_;
    std::vector<std::string> platforms_;
    std::vector<std::array<Usual, measures_max>> usuals_;
    struct Author {
        std::int64_t sum = 0; ///< of logarithms, in millionths: whole numbers add up the same in any order
        std::size_t items = 0;
    };
    std::vector<Author> authors_;
};

std::string joined_words(std::string_view niche)
{
    std::string out;
    for (auto const& word : base::words_of(niche)) out += (out.empty() ? "" : " ") + word;
    return out;
}

Ranking::Ranking(std::vector<Candidate>& candidates, RankContext const& context, RankRules const& rules)
    : candidates_(candidates), context_(context), rules_(rules),
      baselines_(rules, joined_words(context.niche), context.kept, context.now)
{
    facts_.reserve(candidates.size());
    platform_of_.reserve(candidates.size());
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    for (auto const& candidate : candidates) {
        facts_.push_back(facts_of(candidate));
        auto const [there, fresh] =
            numbers.try_emplace(candidate.platform, static_cast<std::uint32_t>(platforms_.size()));
        if (fresh) platforms_.push_back(candidate.platform);
        platform_of_.push_back(there->second);
    }
    number_authors();
    learn();
}

std::optional<Measured> Ranking::velocity_of(Candidate const& candidate, std::optional<double> age) const
{
    auto const by_views = candidate.views || (candidate.growth && candidate.growth->of == "views");
    auto const measure = by_views ? Measure::ViewsPerHour : Measure::ReactionsPerHour;
    auto const count = by_views
                           ? (candidate.views ? std::optional(static_cast<double>(*candidate.views)) : std::nullopt)
                           : reactions(candidate.likes, candidate.comments, candidate.shares);
    std::optional<double> guess;
    if (count && age) guess = *count / std::max(*age, age_hours_min) / (1 + *age / rules_.velocity_decay_hours);
    auto speed = guess;
    if (auto const& growth = candidate.growth; growth && (growth->of == "views") == by_views) {
        auto const hours = guess ? rules_.velocity_prior_hours : 0;
        speed = (std::max(growth->per_hour, 0.0) * growth->span_hours + guess.value_or(0) * hours) /
                (growth->span_hours + hours);
    }
    if (!speed || !std::isfinite(*speed)) return std::nullopt;
    return Measured{measure, std::log10(*speed + velocity_floor)};
}

Facts Ranking::facts_of(Candidate const& candidate) const
{
    Facts out;
    if (candidate.published_at) // a date ahead of us is as fresh as can be
        out.age_hours =
            std::max(static_cast<double>((context_.now - *candidate.published_at).count()) / 3'600'000.0, 0.0);
    out.velocity = velocity_of(candidate, out.age_hours);
    auto const reacted = reactions(candidate.likes, candidate.comments, candidate.shares);
    if (candidate.views && *candidate.views > 0 && candidate.likes)
        out.engagement = *reacted / static_cast<double>(*candidate.views);
    if (candidate.followers) {
        auto const followers = static_cast<double>(*candidate.followers) + followers_floor;
        if (candidate.views)
            out.reach = Measured{Measure::Reach, std::log10((static_cast<double>(*candidate.views) + 1) / followers)};
        else if (reacted)
            out.reach = Measured{Measure::ReactionReach, std::log10((*reacted + 1) / followers)};
    }
    return out;
}

void Ranking::number_authors()
{
    std::unordered_map<std::string, std::uint32_t> numbers;
    authors_.resize(1);
    std::string key;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        auto const& one = candidates_[i];
        auto const& name = one.author_id ? one.author_id : one.author;
        if (!name || name->empty() || !facts_[i].velocity) continue;
        key.assign(one.platform)
            .append(1, '\n')
            .append(*name)
            .append(facts_[i].velocity->measure == Measure::ViewsPerHour ? "" : "\n");
        auto const [there, fresh] = numbers.try_emplace(key, static_cast<std::uint32_t>(authors_.size()));
        if (fresh) authors_.emplace_back();
        facts_[i].author = there->second;
        authors_[there->second].sum += millionths(facts_[i].velocity->log);
        ++authors_[there->second].items;
    }
}

void Ranking::learn()
{
    std::vector<std::array<std::vector<double>, measures_max>> values(platforms_.size());
    auto const add = [&](std::size_t i, Measure measure, double log) {
        values[platform_of_[i]][static_cast<std::size_t>(measure)].push_back(log);
    };
    for (std::size_t i = 0; i < facts_.size(); ++i) {
        auto const& facts = facts_[i];
        if (facts.velocity) add(i, facts.velocity->measure, facts.velocity->log);
        if (facts.engagement && *facts.engagement > 0) add(i, Measure::Engagement, std::log10(*facts.engagement));
        if (facts.reach) add(i, facts.reach->measure, facts.reach->log);
    }
    usuals_.resize(platforms_.size());
    for (std::size_t p = 0; p < platforms_.size(); ++p)
        for (std::size_t m = 0; m < measures_max; ++m) {
            baselines_.learn(platforms_[p], static_cast<Measure>(m), std::move(values[p][m]));
            usuals_[p][m] = baselines_.usual(platforms_[p], static_cast<Measure>(m));
        }
}

Factor Ranking::velocity(std::size_t i) const
{
    auto const& measured = facts_[i].velocity;
    if (!measured) return std::nullopt;
    auto const& normal = usual(platform_of_[i], measured->measure);
    return Worth{std::pow(10.0, measured->log - normal.middle), normal.place(measured->log)};
}

Factor Ranking::acceleration(std::size_t i) const
{
    auto const& growth = candidates_[i].growth;
    if (!growth || !growth->acceleration) return std::nullopt;
    auto const measure = growth->of == "views" ? Measure::ViewsPerHour : Measure::ReactionsPerHour;
    // A tenth of what is usual, added to both, keeps single views from looking like a turn.
    auto const ground = std::max(1.0, 0.1 * std::pow(10.0, usual(platform_of_[i], measure).middle));
    auto const now = std::max(growth->per_hour, 0.0);
    auto const before = std::max(growth->per_hour - *growth->acceleration * growth->span_hours / 2, 0.0);
    auto const ratio = (now + ground) / (before + ground);
    return Worth{ratio, std::clamp(0.5 + std::log2(ratio) / (2 * doublings_full), 0.0, 1.0)};
}

Factor Ranking::engagement(std::size_t i) const
{
    auto const& rate = facts_[i].engagement;
    if (!rate) return std::nullopt;
    auto const& normal = usual(platform_of_[i], Measure::Engagement);
    auto const views = static_cast<double>(*candidates_[i].views);
    auto const drawn = (*rate * views + std::pow(10.0, normal.middle) * rules_.engagement_prior_views) /
                       (views + rules_.engagement_prior_views);
    return Worth{drawn, normal.place(std::log10(drawn))};
}

Factor Ranking::freshness(std::size_t i) const
{
    if (candidates_[i].url.starts_with("file://")) return std::nullopt; // own footage does not go stale
    auto const& age = facts_[i].age_hours;
    if (!age) return std::nullopt;
    return Worth{*age, std::exp2(-*age / rules_.half_life_hours)};
}

Factor Ranking::author(std::size_t i) const
{
    auto const& facts = facts_[i];
    if (auto const& own = authors_[facts.author]; facts.author != 0 && own.items > author_others_min) {
        auto const others = static_cast<double>(own.items - 1);
        auto const& normal = usual(platform_of_[i], facts.velocity->measure);
        auto const expected = (static_cast<double>(own.sum - millionths(facts.velocity->log)) / 1e6 +
                               author_items_prior * normal.middle) /
                              (others + author_items_prior);
        return Worth{std::pow(10.0, facts.velocity->log - expected),
                     Usual{expected, normal.width}.place(facts.velocity->log)};
    }
    if (!facts.reach) return std::nullopt;
    auto const& normal = usual(platform_of_[i], facts.reach->measure);
    return Worth{std::pow(10.0, facts.reach->log - normal.middle), normal.place(facts.reach->log)};
}

Factor Ranking::format(std::size_t i) const
{
    auto const& one = candidates_[i];
    if (one.kind != CandidateKind::Video || !one.duration_seconds || !(*one.duration_seconds > 0)) return std::nullopt;
    auto const seconds = *one.duration_seconds;
    auto worth = 1.0;
    if (seconds < rules_.format_best_min_seconds) worth = seconds / rules_.format_best_min_seconds;
    if (seconds > rules_.format_best_max_seconds) worth = std::sqrt(rules_.format_best_max_seconds / seconds);
    if (one.width && one.height && *one.width > 0 && *one.height > 0) {
        auto const tall = static_cast<double>(*one.height) / static_cast<double>(*one.width);
        worth *= tall > 1.1 ? 1.0 : tall > 0.9 ? square_fits : landscape_fits;
    }
    return Worth{seconds, worth};
}

Factor Ranking::rights(std::size_t i) const
{
    auto const kind = candidates_[i].kind;
    if (kind != CandidateKind::Video && kind != CandidateKind::Audio) return std::nullopt; // nothing to be reused
    auto const open = openness(candidates_[i].license);
    return Worth{open, open};
}

/// Points are counted in whole hundredths, so that they add up to the score exactly.
double points_of(std::int64_t hundredths) { return static_cast<double>(hundredths) / 100; }

void write_score(Candidate& candidate, std::array<Factor, factors_max> const& factors, RankRules const& rules)
{
    double whole = 0;
    // Own footage is on no platform: there is nothing about it that should be known and is not.
    auto const missing_share = candidate.url.starts_with("file://") ? 0.0 : rules.missing_share;
    for (std::size_t i = 0; i < factors_max; ++i)
        whole += rules.weights.*factor_weights[i] * (factors[i] ? 1.0 : missing_share);
    candidate.reasons.clear();
    candidate.reasons.reserve(factors_max + 1);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < factors_max; ++i) {
        auto& reason = candidate.reasons.emplace_back();
        reason.factor = factor_names[i];
        if (!factors[i] || !(whole > 0)) continue;
        auto const points = static_cast<std::int64_t>(
            10'000 * rules.weights.*factor_weights[i] / whole * std::clamp(factors[i]->worth, 0.0, 1.0) + 1e-9);
        sum += points;
        reason.value = readable(factors[i]->value);
        reason.points = points_of(points);
    }
    candidate.score = points_of(sum);
}

void Ranking::score()
{
    Matcher const matcher(context_.niche);
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        auto const relevance = matcher.strength(candidates_[i]);
        write_score(candidates_[i],
                    {velocity(i), acceleration(i), engagement(i), freshness(i), author(i), format(i), rights(i),
                     Worth{relevance, relevance}},
                    rules_);
    }
}

} // namespace

std::vector<Baseline> rank(std::vector<Candidate>& candidates, RankContext const& context, RankRules const& rules)
{
    Ranking ranking(candidates, context, rules);
    ranking.score();
    auto learned = ranking.learned();
    sort_by_score(candidates);
    return learned;
}

/// One number of four opinions; each risk costs a tenth.
static double opinion_of(Refinement const& said)
{
    auto const risks = static_cast<double>(std::min<std::size_t>(said.risks.size(), 5));
    auto const mean = 0.4 * said.hook_strength + 0.2 * said.clarity + 0.2 * said.emotion + 0.2 * said.trend_fit;
    return std::clamp(mean, 0.0, 1.0) * (1 - 0.1 * risks);
}

void blend_opinions(std::vector<Candidate>& candidates, RankRules const& rules)
{
    if (std::ranges::none_of(candidates, [](auto const& one) { return one.refinement.has_value(); })) return;
    auto const share = rules.model_weight / 100;
    for (auto& one : candidates) {
        std::erase_if(one.reasons, [](auto const& reason) { return reason.factor == model_factor; });
        std::int64_t sum = 0;
        for (auto& reason : one.reasons) {
            auto const points = static_cast<std::int64_t>(reason.points * 100 * (1 - share) + 1e-9);
            reason.points = points_of(points);
            sum += points;
        }
        Reason model{std::string(model_factor), std::nullopt, 0};
        if (one.refinement) {
            auto const opinion = opinion_of(*one.refinement);
            auto const points = static_cast<std::int64_t>(10'000 * share * opinion + 1e-9);
            model.value = readable(opinion);
            model.points = points_of(points);
            sum += points;
        }
        one.reasons.push_back(std::move(model));
        one.score = points_of(sum);
    }
    sort_by_score(candidates);
}

} // namespace discovery
