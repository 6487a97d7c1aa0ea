#pragma once
#include "plan/captions.h"

#include <filesystem>
#include <string>
#include <vector>

namespace studio {

/// A font file that is really there.
struct Font {
    std::filesystem::path path; ///< absolute
    std::string family;
    std::size_t missing_characters = 0; ///< of the text it was chosen for
};

/// The first installed family that has a glyph for every character of the text; else the one that lacks fewest.
/// Fontconfig never gets to substitute another family behind our back. Unavailable where none is installed at all.
Font find_font(std::vector<std::string> const& families, bool bold, std::string_view text);

/// The files a text needs: the first family that is installed, then, for the characters it lacks, the families that
/// have them, as few as will do. Emoji come from a font with colours where there is one.
struct FontList {
    std::vector<plan::FontFile> fonts;  ///< at least one
    std::size_t missing_characters = 0; ///< no installed font has them
};
FontList find_fonts(std::vector<std::string> const& families, bool bold, std::string_view text);

/// "ja", "ko", "zh-Hans", "ar", ... from the letters of a text; "" for those that say nothing.
std::string language_of(std::string_view text);

} // namespace studio
