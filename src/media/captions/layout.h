#pragma once
#include "plan/edit_plan.h"

#include <vector>

namespace media {

/// What stands on the screen at one time: lines of indexes into Captions::words.
struct CaptionCard {
    double start = 0;
    double end = 0;
    std::vector<std::vector<std::size_t>> lines;
};

/// Breaks words into cards at sentences, pauses and the style's limits. Cards ascend and never overlap; words without
/// text or with times that run backwards are left out or mended.
std::vector<CaptionCard> layout(plan::Captions const& captions, double clip_seconds);

} // namespace media
