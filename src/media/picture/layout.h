#pragma once
#include "media/picture/reframe.h"
#include "plan/edit_plan.h"

#include <vector>

namespace media {

/// A part of the canvas and what is seen in it.
struct Window {
    Box box;
    View view;
    bool backdrop = false; ///< of the blurred copy of the picture; the view then means the copy as large as the canvas
};

/// What the framing shows at a moment: its own mode, unless a change came before.
plan::FramingMode mode_at(plan::Framing const& framing, double at);

/// Where the path's camera stands at a moment: glides are eased, so that a camera starts and stops softly.
plan::FramingKey key_at(std::vector<plan::FramingKey> const& path, double at);

/// The part of the source that fills a window of this shape around the key's place; never beyond the picture.
View crop_view(Picture const& source, double source_aspect, double window_aspect, plan::FramingKey const& key);

/// The windows of a mode; they do not overlap. What they leave of the canvas is black.
std::vector<Window> lay_out(plan::EditPlan const& plan, plan::FramingMode mode, Picture const& source,
                            double source_aspect, double at);

} // namespace media
