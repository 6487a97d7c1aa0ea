#pragma once
#include "api/finding.h"
#include "app/app.h"

namespace app {

using Findings = std::vector<api::Finding>;

/// Quick: a large database and a long audit log are not read in full.
enum class Depth { Quick, Full };

/// Every missing key, codec, tool and permission, and what each would enable.
Findings look_at_everything(App& app, Depth depth);
/// What a health check of a machine asks: seconds at most, nothing read in full.
Findings look_at_worker(App& app);

} // namespace app
