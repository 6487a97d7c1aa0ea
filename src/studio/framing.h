#pragma once
#include "plan/edit_plan.h"

namespace studio {

/// How the picture is laid out: decided shot by shot, or one way throughout.
enum class Layout { Auto, Crop, Fit, FitBlur, Split, Screencast };
BOOST_DESCRIBE_ENUM(Layout, Auto, Crop, Fit, FitBlur, Split, Screencast)

/// What the crop looks at, shot by shot: the face that speaks (or the largest), two who talk in a split picture where
/// one window can't hold them, writing shown whole over a blurred copy, what moves where nobody is seen, else the
/// middle. The virtual camera stands still while its subject stays near; it glides within a shot and jumps only with
/// the cut.
plan::Framing choose_framing(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                             plan::Canvas const& canvas, Layout layout, std::vector<plan::Decision>& decisions);

/// Takes the shake out of a held camera: the difference between its way and the smoothed one, as offsets of the
/// window. `analysis` has measured the camera.
std::vector<plan::FramingKey> steady_path(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts);

} // namespace studio
