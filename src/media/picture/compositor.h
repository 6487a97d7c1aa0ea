#pragma once
#include "media/captions/overlays.h"
#include "media/filter.h"

#include <optional>

namespace media {

/// Makes a frame of the clip out of a frame of the source: framing and geometry in one resample, colour in one pass,
/// then what filters paint, then the captions.
class Compositor {
public:
    Compositor(plan::EditPlan const& plan, plan::MediaInfo const& source);
    /// Draws into `target`, which has the canvas's size.
    void draw(Picture const& source, std::int64_t frame, Picture& target);

private:
    View framing(Picture const& source, double at) const;

    plan::EditPlan const& plan_;
    double source_aspect_; ///< of the displayed picture
    double rate_;
    double duration_;
    std::vector<Effect> effects_;
    Overlays overlays_;
    Reframer reframer_;
};

} // namespace media
