#pragma once
#include "media/progress.h"
#include "plan/analysis.h"

#include <filesystem>
#include <stop_token>
#include <string_view>

namespace media::speech {

inline constexpr double align_seconds_max = 300; ///< of sound: the search over a whole script grows with both
inline constexpr std::size_t script_words_max = 2000;

/// Times for words that are known: the script is found in the sound instead of being guessed from it. Words keep their
/// spelling; one that the dictionary lacks takes the time between its neighbours. No words where the sound does not
/// follow the script. InvalidInput above the limits.
plan::Transcript align(std::filesystem::path const& path, std::string_view script, ProgressCallback const& progress,
                       base::Clock const& clock, std::stop_token const& stop = {});

} // namespace media::speech
