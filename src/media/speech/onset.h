#pragma once
#include "media/speech/voice_activity.h"
#include "plan/analysis.h"

namespace media::speech {

/// Moves the starts of words that follow a pause to where the sound really sets in, if that is near: recognisers count
/// part of a pause to the word. `offset` is the time of the first sample. Words keep their order and never overlap.
void snap_to_onsets(std::vector<plan::Word>& words, std::span<std::int16_t const> samples, double offset);

} // namespace media::speech
