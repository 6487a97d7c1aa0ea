#pragma once
#include "media/input.h"
#include "plan/media_info.h"

#include <vector>

namespace media {

/// What an opened file holds. `origin` is the file's own time of our 0; either stream may be null.
plan::MediaInfo inspect(Input const& input, AVStream const* video, AVStream const* audio, double origin);

/// True where the distances of neighbouring pictures differ by more than rounding. Timestamps in any order.
bool is_variable_rate(std::vector<std::int64_t> timestamps);

/// What the timestamps of the streams' packets say where the headers say nothing: reads a second handle of the file.
/// Files larger than the limit are extrapolated from their first part. 0 where there is nothing.
double scan_duration(Input const& input, double origin);

} // namespace media
