#pragma once
#include "plan/analysis.h"

namespace media::analysis {

/// What the moods are judged by, besides the analysis itself.
struct MoodSignals {
    double saturation = 0; ///< mean chroma, 0..1; everyday film has about 0.15
    double warmth = 0;     ///< -1 (blue) .. 1 (red)
    double contrast = 0;   ///< standard deviation of luma, 0..0.5
};

/// How strongly the signals speak for each mood, strongest first. Rules of thumb, said so in each reason: a person or
/// a vision model may know better.
std::vector<plan::MoodScore> judge_moods(plan::Analysis const& analysis, MoodSignals const& signals);

} // namespace media::analysis
