#pragma once
#include "media/analysis/faces.h"

#include <span>
#include <vector>

namespace media::analysis {

/// Faces that were seen in at least two neighbouring pictures (what shows up once is mostly no face), each with the
/// number of its track: the same face within a shot. In order of time, the largest of a moment first.
/// `energy` is the sound's mean square in steps of `energy_step` seconds, empty without sound: it tells who speaks.
std::vector<plan::Face> track_faces(std::vector<std::vector<Sighting>> const& pictures,
                                    std::span<plan::Span const> shots, std::span<float const> energy,
                                    double energy_step);

} // namespace media::analysis
