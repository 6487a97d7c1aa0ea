#pragma once
#include "plan/edit_plan.h"

namespace studio {

/// Turns `speed` filters (factor, and from and to in the clip's seconds; factor_to where it ramps) into the speeds of
/// cuts, and takes them out of the filters: speed is a matter of the timeline, of picture, sound and captions at once.
void apply_speeds(std::vector<plan::FilterCall>& filters, std::vector<plan::Cut>& cuts,
                  std::vector<plan::Decision>& decisions);

} // namespace studio
