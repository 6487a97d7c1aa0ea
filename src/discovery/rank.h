#pragma once
#include "discovery/candidate.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace discovery {

/// How much each factor counts; only their proportions matter.
struct RankWeights {
    double velocity = 0;
    double engagement = 0;
    double freshness = 0;
    double format = 0;
    double rights = 0;
    double relevance = 0;
};
BOOST_DESCRIBE_STRUCT(RankWeights, (), (velocity, engagement, freshness, format, rights, relevance))

/// catalog/ranking.json
struct RankRules {
    RankWeights weights;
    double half_life_hours = 0;         ///< of freshness
    double engagement_prior_views = 0;  ///< views that a video is thought to have had at the prior rate
    double engagement_prior_rate = 0;   ///< reactions per view
    double engagement_good_rate = 0;    ///< gives half of the factor
    double format_best_min_seconds = 0; ///< a length from here
    double format_best_max_seconds = 0; ///< to here suits short clips best
};
BOOST_DESCRIBE_STRUCT(RankRules, (),
                      (weights, half_life_hours, engagement_prior_views, engagement_prior_rate, engagement_good_rate,
                       format_best_min_seconds, format_best_max_seconds))

/// InvalidInput names file and field.
RankRules load_rank_rules(std::filesystem::path const& path);
void check(RankRules const& rules, std::string const& what);

/// Scores and sorts, best first; ties by time (newest first), then id. The same input gives the same output.
///   velocity    views an hour against the median of the platform in this list, on a log scale
///   engagement  weighted reactions per view, drawn towards a prior where views are few
///   freshness   halves every half_life_hours; not counted for own footage
///   format      length against what suits short clips
///   rights      how open the licence is
///   relevance   how well the niche's words are met
/// A factor without data has no value and no points, and the others share its weight.
void rank(std::vector<Candidate>& candidates, std::string_view niche, RankRules const& rules, base::Time now);

} // namespace discovery
