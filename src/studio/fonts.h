#pragma once
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

} // namespace studio
