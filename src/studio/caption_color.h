#pragma once
#include "plan/captions.h"

namespace studio {

/// Takes the highlight colour from the film's palette, or from its mood where the palette is grey, and a tint of its
/// darkest colour for the box; every pair of colours that stand on each other keeps WCAG's 4.5:1. Says why.
std::string choose_caption_colors(plan::CaptionStyle& style, plan::Analysis const& analysis);

} // namespace studio
