#pragma once
#include "plan/edit_plan.h"
#include "plan/timeline.h"

#include <optional>

namespace studio {

/// Fractions of a picture or of the canvas, origin at the top left.
struct Area {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    double size() const { return width * height; }
};
/// What two areas share; empty where they do not meet.
Area intersection(Area const& one, Area const& other);

/// A framing path's place at a moment of the clip: glides start and stop softly.
plan::FramingKey framing_key(std::vector<plan::FramingKey> const& path, double at);

/// Where things of the source are seen on the clip's canvas: cuts, speeds, framing and mirror of a plan.
class CanvasMap {
public:
    CanvasMap(plan::EditPlan const& plan, plan::VideoStream const& source);

    /// Where an area of the source picture is seen at a moment of the clip: once, twice (two windows) or not at all.
    std::vector<Area> place(Area const& area, double clip_seconds) const;
    /// The moments of the clip that show a span of the source.
    std::vector<plan::Span> clip_spans(plan::Span const& source) const;
    plan::Timeline const& timeline() const { return timeline_; }

private:
    /// A part of the source picture and the part of the canvas that shows it.
    struct Window {
        Area source;
        Area canvas;
    };
    std::vector<Window> windows(double at) const;
    Area view(std::vector<plan::FramingKey> const& path, double at, double aspect) const;

    plan::Framing const& framing_;
    std::vector<plan::Cut> const& cuts_;
    plan::Timeline timeline_;
    double source_aspect_;
    double canvas_aspect_;
    bool mirrored_ = false;
};

} // namespace studio
