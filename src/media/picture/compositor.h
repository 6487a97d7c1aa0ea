#pragma once
#include "media/captions/overlays.h"
#include "media/filter.h"
#include "media/picture/layout.h"

#include <deque>
#include <optional>

namespace media {

/// Makes a frame of the clip out of a frame of the source. Goes over it band by band: layout and geometry in one
/// resample, colour, then what filters do to rows; a new round only where a filter must see the finished picture. Then
/// the captions. What it draws depends on the arguments alone; a thread needs a Compositor of its own.
class Compositor {
public:
    Compositor(plan::EditPlan const& plan, plan::MediaInfo const& source);
    /// Draws into `target`, which has the canvas's size.
    void draw(Picture const& source, std::int64_t frame, Picture& target);

private:
    void place_windows(Picture const& source, Moment const& moment, Picture& target);
    Picture const& backdrop(Picture const& source, View const& view);

    plan::EditPlan const& plan_;
    double source_aspect_; ///< of the displayed picture
    double rate_;
    double duration_;
    std::vector<Effect> effects_;
    Overlays overlays_;
    std::deque<Reframer> reframers_; ///< one for each window; deque: they keep big tables
    std::size_t windows_ = 0;
    Reframer backdrop_reframer_;
    std::optional<Picture> backdrop_;
};

} // namespace media
