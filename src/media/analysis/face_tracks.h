#pragma once
#include "media/analysis/faces.h"

#include <span>
#include <vector>

namespace media::analysis {

/// Faces that were seen three times and in two neighbouring pictures (foam and foliage look like faces, too), each with
/// the number of its track: the same face within a shot. In order of time, the largest of a moment first. `energy` is
/// the sound's mean square in steps of `energy_step` seconds, empty without sound: it tells who speaks.
std::vector<plan::Face> track_faces(std::vector<std::vector<Sighting>> const& pictures,
                                    std::span<plan::Span const> shots, std::span<float const> energy,
                                    double energy_step);

} // namespace media::analysis
