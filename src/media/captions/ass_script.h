#pragma once
#include "media/captions/layout.h"

#include <string>

namespace media {

/// The captions as an Advanced SubStation Alpha script (v4.00+) for a canvas of this size. Text is escaped: a
/// transcript can't smuggle override tags in.
std::string ass_script(plan::Captions const& captions, plan::Canvas const& canvas, double clip_seconds);

/// "#rrggbb" -> {red, green, blue}; InvalidInput names the field otherwise.
struct Rgb {
    int red = 0;
    int green = 0;
    int blue = 0;
};
Rgb parse_color(std::string_view text, std::string_view field);

} // namespace media
