#pragma once
#include "media/picture/picture.h"
#include "plan/color.h"

#include <initializer_list>

namespace media {

/// How dark and how bright it is behind a text: greys with the luminance of nearly the darkest and nearly the
/// brightest samples.
struct Backdrop {
    plan::Rgb dark;
    plan::Rgb bright;
};
Backdrop measure_backdrop(Picture const& picture, int left, int top, int right, int bottom);

/// How opaque an edge of that colour must be (at least `least`), so that all these text colours stand out from what
/// then lies behind them, and how well they do.
struct Strength {
    double opacity = 1;
    double contrast = 21;
};
Strength strength_needed(Backdrop const& backdrop, plan::Rgb const& edge, double least,
                         std::initializer_list<double> text_luminances);

} // namespace media
