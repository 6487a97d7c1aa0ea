#pragma once
#include "plan/analysis.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace media::speech {

/// Spoken text: the sound, and when each word of the text is said, exactly.
struct Narration {
    int sample_rate = 16'000;
    std::vector<std::int16_t> samples; ///< mono
    std::vector<plan::Word> words;     ///< as they stand in the text, punctuation included
};

inline constexpr std::size_t narration_bytes_max = 20'000;

/// Speaks English with flite's voice cmu_us_rms, offline. InvalidInput where there is nothing to say or too much.
Narration narrate(std::string_view text);

} // namespace media::speech
