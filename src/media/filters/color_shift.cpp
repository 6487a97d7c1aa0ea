#include "media/filter.h"

#include <cmath>
#include <numbers>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const hue = static_cast<float>(values["hue"] * values.intensity * std::numbers::pi / 180);
    auto const saturation = static_cast<float>(1 + (values["saturation"] - 1) * values.intensity);
    // Warm light has more red and less blue: +Cr, -Cb. 24 steps at the end of the scale are clearly visible, not
    // garish.
    auto const warmth = static_cast<float>(values["temperature"] * values.intensity * 24);
    auto const cosine = saturation * std::cos(hue);
    auto const sine = saturation * std::sin(hue);
    return {.tone = [=](Tone& tone, Moment const&) { tone.map_chroma(cosine, -sine, sine, cosine, -warmth, warmth); }};
}

FilterType color_shift()
{
    return {.name = "color_shift",
            .help = "Turns hue, saturation and colour temperature.",
            .params = {{"hue", 8, -180, 180, "degrees"},
                       {"saturation", 1.1, 0, 3, "0 is grey, 1 leaves it"},
                       {"temperature", 0, -1, 1, "-1 is cold, 1 is warm"}},
            .make = make};
}

} // namespace media::filters
