#pragma once
#include "studio/cast.h"

#include <functional>

namespace studio {

/// How a camera follows.
struct CameraStyle {
    double dead_zone = 0.06; ///< of the picture's width: the subject may move so far before the camera does
    double y_offset = 0;     ///< added to the subject's place
    double zoom = 1;
};

/// The path of a camera over one part of a shot: the first key jumps, then it stands still until its subject has left
/// the dead zone for good, and glides there, softly and never fast. `clip_time` turns the source's time to the clip's.
void follow(std::vector<Sample> const& samples, plan::Span const& part, CameraStyle const& style,
            std::function<double(double)> const& clip_time, std::vector<plan::FramingKey>& path);

} // namespace studio
