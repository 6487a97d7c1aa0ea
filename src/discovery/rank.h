#pragma once
#include "discovery/baseline.h"
#include "discovery/candidate.h"

namespace discovery {

/// What a ranking knows besides the candidates.
struct RankContext {
    std::string_view niche;
    base::Time now;
    std::vector<Baseline> kept = {}; ///< what was usual in earlier scans, of this niche and of the platforms
};

/// Scores (0..100) and sorts, best first; ties by time (newest first, none last), then id. The same input gives the
/// same output. Gives back what is usual now, to be kept.
///   velocity      views an hour (reactions where there are no views): measured between readings, else guessed from the
///                 age; against what is usual on the platform and in the niche
///   acceleration  whether that grows; needs three readings
///   engagement    weighted reactions per view, drawn towards the usual rate where views are few
///   freshness     halves every half_life_hours; not counted for own footage
///   author        against the author's other items here, else against what followers let expect
///   format        length and aspect against what suits short clips; videos only
///   rights        how open the licence is; videos and sound only
///   relevance     how well the niche's words are met
/// A factor without data has no value and no points; the others take over its weight but for `missing_share` of it, so
/// that little knowledge is no advantage (but for own footage, of which nothing more could be known). Places among what
/// is usual make platforms of different size comparable.
std::vector<Baseline> rank(std::vector<Candidate>& candidates, RankContext const& context, RankRules const& rules);

/// Sorts by score as rank() does.
void sort_by_score(std::vector<Candidate>& candidates);

/// Cuts a ranked list short. The best of each platform stays while there is room, so that a loud one does not hide what
/// the others found; the order stays that of the scores.
void shorten(std::vector<Candidate>& ranked, std::size_t limit);

/// Blends the models' opinions in: where any candidate has one, all points shrink by model_weight percent and a reason
/// "model" is added, with points for those that have an opinion. Sorts again.
void blend_opinions(std::vector<Candidate>& candidates, RankRules const& rules);

} // namespace discovery
