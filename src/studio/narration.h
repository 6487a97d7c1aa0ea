#pragma once
#include "studio/media_child.h"

namespace studio {

/// A text that was spoken: the sound, and when each word is said.
struct Narration {
    std::filesystem::path file;
    plan::NarrateResult spoken;
};

/// Speaks it once: the same text is the same file in that folder.
Narration narrate_once(MediaChild const& media, std::string const& text, std::filesystem::path const& folder,
                       std::stop_token const& stop);

/// What `--voice` says: a file that is there, or else a text to be spoken. NotFound for what looks like a file that is
/// not.
bool is_spoken_text(std::string const& voice);

} // namespace studio
