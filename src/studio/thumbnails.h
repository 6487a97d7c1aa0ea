#pragma once
#include "plan/edit_plan.h"

namespace studio {

/// The two best stills of the clip, well apart from each other, for a comparison of thumbnails: sharp, lit, with a face
/// where there is one (near where a thumbnail wants it), still rather than moving, away from the cuts; not before
/// `from`, while the clip's own title stands.
std::vector<plan::Thumbnail> choose_thumbnails(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                                               std::string const& title, double from = 0);

} // namespace studio
