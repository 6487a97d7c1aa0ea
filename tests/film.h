#pragma once
// A made-up analysis for tests of decisions.
#include "plan/analysis.h"
#include "support.h"

namespace test {

/// A minute of quiet footage with a lively part from 40 s on, and a shot boundary at 39.6 s.
inline plan::Analysis film()
{
    plan::Analysis analysis;
    analysis.media.path = "/film.mp4";
    analysis.media.duration_seconds = 60;
    analysis.media.video = plan::VideoStream{.width = 1920, .height = 1080, .frames_per_second = 25};
    analysis.shots = {{0, 39.6}, {39.6, 60}};
    for (int i = 0; i < 120; ++i) {
        analysis.motion.values.push_back(i >= 80 && i < 100 ? 0.5 : 0.05);
        analysis.audio_energy.values.push_back(i >= 80 && i < 100 ? 0.4 : 0.1);
    }
    return analysis;
}

} // namespace test
