#pragma once
#include "base/json.h"

#include <array>
#include <filesystem>
#include <string_view>

namespace discovery {

/// How much each factor counts; only their proportions matter.
struct RankWeights {
    double velocity = 0;
    double acceleration = 0;
    double engagement = 0;
    double freshness = 0;
    double author = 0;
    double format = 0;
    double rights = 0;
    double relevance = 0;
};
BOOST_DESCRIBE_STRUCT(RankWeights, (),
                      (velocity, acceleration, engagement, freshness, author, format, rights, relevance))

/// What is thought usual before anything was seen: the middle, and how far a standard deviation is from it, in powers
/// of ten.
struct PriorUsual {
    double middle = 0;
    double decades = 0;
};
BOOST_DESCRIBE_STRUCT(PriorUsual, (), (middle, decades))

struct PriorUsuals {
    PriorUsual views_per_hour;
    PriorUsual reactions_per_hour;
    PriorUsual engagement;     ///< reactions per view
    PriorUsual reach;          ///< views per follower
    PriorUsual reaction_reach; ///< reactions per follower
};
BOOST_DESCRIBE_STRUCT(PriorUsuals, (), (views_per_hour, reactions_per_hour, engagement, reach, reaction_reach))

/// catalog/ranking.json
struct RankRules {
    RankWeights weights;
    double model_weight = 0;             ///< percent of a score that a model's opinion decides, where one is asked
    double missing_share = 0;            ///< of the weight of a factor without data, this share is lost: 0..1
    double half_life_hours = 0;          ///< of freshness
    double velocity_decay_hours = 0;     ///< an item is thought to grow half as fast as its average when it is so old
    double velocity_prior_hours = 0;     ///< the guess from its age counts like so many hours of measured growth
    double engagement_prior_views = 0;   ///< views that an item is thought to have had at the usual rate
    double format_best_min_seconds = 0;  ///< a length from here
    double format_best_max_seconds = 0;  ///< to here suits short clips best
    double baseline_platform_items = 0;  ///< what is usual on the platform counts like so many items of the niche
    double baseline_global_items = 0;    ///< and `usual` like so many items of the platform
    double baseline_half_life_hours = 0; ///< after which what was usual counts half
    PriorUsuals usual;
};
BOOST_DESCRIBE_STRUCT(RankRules, (),
                      (weights, model_weight, missing_share, half_life_hours, velocity_decay_hours,
                       velocity_prior_hours, engagement_prior_views, format_best_min_seconds, format_best_max_seconds,
                       baseline_platform_items, baseline_global_items, baseline_half_life_hours, usual))

/// The factors in the order of a score's reasons.
inline constexpr std::array factor_weights{
    &RankWeights::velocity, &RankWeights::acceleration, &RankWeights::engagement, &RankWeights::freshness,
    &RankWeights::author,   &RankWeights::format,       &RankWeights::rights,     &RankWeights::relevance};
inline constexpr std::size_t factors_max = factor_weights.size();
inline constexpr std::array<std::string_view, factors_max> factor_names{
    "velocity", "acceleration", "engagement", "freshness", "author", "format", "rights", "relevance"};

/// InvalidInput names file and field.
RankRules load_rank_rules(std::filesystem::path const& path);
void check(RankRules const& rules, std::string const& what);

} // namespace discovery
