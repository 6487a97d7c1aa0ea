#pragma once
#include "plan/edit_plan.h"

namespace plan {

/// Where the clip's moments lie in the source, and the other way round: the one place that knows of cuts and speeds.
/// Picture, sound and captions all go by it, and so stay together.
class Timeline {
public:
    /// A moment of the source, the cut it belongs to, and how fast the source runs there.
    struct Place {
        std::size_t cut = 0;
        double source = 0;
        double speed = 1;
    };

    explicit Timeline(std::vector<Cut> const& cuts);
    double duration() const { return starts_.back(); }
    /// Where a cut begins in the clip; cut_start(number of cuts) is the clip's end.
    double cut_start(std::size_t cut) const { return starts_.at(cut); }
    /// Moments before and after the clip are taken to its ends.
    Place at(double clip_seconds) const;
    /// The clip's moment at which a moment of this cut is seen; clamped to the cut.
    double clip_time(std::size_t cut, double source_seconds) const;

private:
    std::vector<Cut> cuts_;
    std::vector<double> starts_;
};

} // namespace plan
