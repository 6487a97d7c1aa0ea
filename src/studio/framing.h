#pragma once
#include "plan/edit_plan.h"

namespace studio {

/// "9:16", "1:1", "4:5", "16:9" or "source" -> canvas with a rate that platforms take (23..60 frames a second).
/// InvalidInput lists what is known.
plan::Canvas choose_canvas(std::string_view aspect, plan::VideoStream const& source);

/// Where the crop looks: in each shot at the faces seen in it (their median place, following where they move far), in
/// the middle where there are none. Jumps between shots, glides within them.
plan::Framing choose_framing(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                             plan::Canvas const& canvas, std::vector<plan::Decision>& decisions);

/// A good still: a face where there is one, away from the cuts.
double choose_thumbnail(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts);

} // namespace studio
