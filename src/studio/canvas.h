#pragma once
#include "plan/edit_plan.h"

namespace studio {

/// "9:16", "1:1", "4:5", "16:9" or "source" -> canvas with a rate that platforms take (23..60 frames a second).
/// InvalidInput lists what is known.
plan::Canvas choose_canvas(std::string_view aspect, plan::VideoStream const& source);

} // namespace studio
