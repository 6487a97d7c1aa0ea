#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace media::speech {

inline constexpr int sample_rate = 16'000; ///< mono, what the recogniser hears

/// Part of a block of samples that may be speech.
struct Utterance {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Finds what may be speech: louder than the rest, its loudness moving, with enough voice (periodic, 80 to 400 Hz).
/// Steady tones, noise, wind and waves are left out. No utterance is longer than utterance_seconds_max.
std::vector<Utterance> find_utterances(std::span<std::int16_t const> samples);

/// Where to cut a long block: the quietest moment of its last third.
std::size_t find_pause(std::span<std::int16_t const> samples);

inline constexpr double utterance_seconds_max = 15;

} // namespace media::speech
