#pragma once
#include "plan/edit_plan.h"

namespace plan {

/// Holds a plan to its limits before anything acts on it; InvalidInput names field, value and limit.
void check(EditPlan const& plan);

} // namespace plan
