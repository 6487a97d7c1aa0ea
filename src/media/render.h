#pragma once
#include "media/progress.h"
#include "plan/child.h"

#include <stop_token>

namespace media {

/// Carries out an EditPlan: one decode and one encode pass, no intermediate video. The sound is mixed, levelled and
/// encoded first (it is small), then every frame is reframed, coloured, captioned and encoded beside it.
/// The clip and its thumbnail are whole when this returns; on an error neither stands under its final name.
plan::RenderResult render(plan::RenderRequest const& request, ProgressCallback const& progress,
                          std::stop_token const& stop);

} // namespace media
