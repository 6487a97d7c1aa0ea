#pragma once
#include "media/output/picture_track.h"

namespace media {

/// Carries out an EditPlan: one decode and one encode pass, no intermediate video. Sound and pictures are made side by
/// side; the pictures in chunks that are kept in the request's work folder, so that the same request goes on where an
/// earlier run was interrupted. Then they are joined, without coding anything again, and what was written is checked.
/// The clip and its thumbnails are whole when this returns; on an error none stands under its final name.
plan::RenderResult render(plan::RenderRequest const& request, ProgressCallback const& progress,
                          std::stop_token const& stop, RenderSeams const& seams = {});

} // namespace media
