#pragma once
#include "plan/child.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>

namespace media::speech {

inline constexpr double sound_seconds_max = 1200; ///< of one file: 38 MB

/// 16-bit mono PCM as a WAV file, at once.
void write_wav(std::filesystem::path const& file, std::span<std::int16_t const> samples, int rate);

/// Writes the request's span as 16 kHz mono 16-bit WAV; silence where the file has no sound there.
plan::SoundResult write_sound(plan::SoundRequest const& request, std::stop_token const& stop);

} // namespace media::speech
