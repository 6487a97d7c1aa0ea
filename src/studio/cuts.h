#pragma once
#include "plan/edit_plan.h"

namespace studio {

enum class TrimMode {
    Off,     ///< all of it
    Hook,    ///< the most energetic part, with a strong opening
    Silence, ///< all of it but long silences
    Range,   ///< from start to end
};
BOOST_DESCRIBE_ENUM(TrimMode, Off, Hook, Silence, Range)

struct Trim {
    TrimMode mode = TrimMode::Hook;
    plan::Span range = {};
    double target_seconds = 30; ///< length that Hook aims at
};
BOOST_DESCRIBE_STRUCT(Trim, (), (mode, range, target_seconds))

/// "off", "hook", "silence" or "START-END" in seconds ("3.5-12"); InvalidInput otherwise.
Trim parse_trim(std::string_view text);

/// The parts of the source to keep, and why. Hook looks for the opening that engages most (see studio/engagement.h; its
/// first three seconds count once more), starts at a shot, a sentence or a pause where there is one, leaves out silence
/// and parts in which little happens, and ends well within a fifth of the target length. `words`: what is known to be
/// spoken already, may be empty.
std::vector<plan::Cut> choose_cuts(plan::Analysis const& analysis, Trim const& trim,
                                   std::vector<plan::Word> const& words, std::vector<plan::Decision>& decisions);

/// Moves the edges of cuts that fall inside a word to the word's own edge. Never past the file's end or a neighbour.
void snap_to_words(std::vector<plan::Cut>& cuts, std::vector<plan::Word> const& words, double source_seconds);
/// Edges that still fall inside a word.
int mid_word_cuts(std::vector<plan::Cut> const& cuts, std::vector<plan::Word> const& words, double source_seconds);
/// The words that are heard in the clip, on its timeline.
std::vector<plan::Word> on_clip_timeline(std::vector<plan::Cut> const& cuts, std::vector<plan::Word> const& words);

} // namespace studio
