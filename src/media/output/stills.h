#pragma once
#include "plan/child.h"

#include <stop_token>

namespace media {

/// Writes the plan's thumbnails as JPEG files: the clip's pictures as they are styled, but without captions and
/// titles of the clip itself; each with its own title where it has one. `frames`: the clip's length.
void write_stills(plan::RenderRequest const& request, std::int64_t frames, std::stop_token const& stop);

} // namespace media
