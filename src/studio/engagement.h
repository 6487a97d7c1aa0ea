#pragma once
#include "plan/analysis.h"

#include <vector>

namespace studio {

/// How much there is to see and hear at each step of a film, 0..1: motion, sound, speech, faces and sharpness, each
/// against the film's own 95th percentile, so that a quiet film has strong parts, too.
struct Engagement {
    double step_seconds = 0.5;
    std::vector<double> values;
    double median = 0;
    double mean(double start, double end) const;
};
Engagement rate_engagement(plan::Analysis const& analysis);

enum class BoundaryKind { Sentence, Shot, Breath };

/// A moment at which a cut does not hurt.
struct Boundary {
    double at = 0;
    BoundaryKind kind = BoundaryKind::Breath;
};
/// Sentence ends (from words that are known already: a full stop, or a long pause), shots, and the pauses between
/// spoken parts; in order of time.
std::vector<Boundary> find_boundaries(plan::Analysis const& analysis, std::vector<plan::Word> const& words);

/// What nobody misses: silences in a film in which somebody speaks, and long parts in which nothing happens. In order,
/// not touching each other; breath is left around speech.
struct DeadPart {
    plan::Span span;
    std::string reason;
};
std::vector<DeadPart> find_dead_parts(plan::Analysis const& analysis, Engagement const& engagement);

} // namespace studio
