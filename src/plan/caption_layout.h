#pragma once
#include "plan/captions.h"

namespace plan {

inline constexpr double reading_speed_max = 17; ///< characters a second that people read with ease

/// What stands on the screen at one time: lines of indexes into Captions::words.
struct CaptionCard {
    double start = 0;
    double end = 0;
    std::vector<std::vector<std::size_t>> lines;
    int width = 0; ///< characters on it, as a reader counts them
    double characters_per_second() const { return width / (end - start); }
};

/// Breaks words into cards and lines where phrases end: at punctuation, pauses and before conjunctions, balanced, and
/// within the style's limits and the reading speed (cards are joined, or stay on in the pause after them). Cards ascend
/// and never overlap; words without text, without length or after the clip's end are left out. Studio places these
/// cards and media draws the same ones.
std::vector<CaptionCard> caption_cards(Captions const& captions, double clip_seconds);

/// The card's text with spaces and line breaks.
std::string card_text(Captions const& captions, CaptionCard const& card, std::string_view line_break = "\n");

/// The placement that holds at a moment, or the style's own position.
double caption_position(Captions const& captions, double at);

} // namespace plan
