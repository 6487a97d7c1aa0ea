#pragma once
#include "plan/child.h"

#include <stop_token>

namespace media::speech {

inline constexpr double sound_seconds_max = 1200; ///< of one file: 38 MB

/// Writes the request's span as 16 kHz mono 16-bit WAV; silence where the file has no sound there.
plan::SoundResult write_sound(plan::SoundRequest const& request, std::stop_token const& stop);

} // namespace media::speech
