#include "media/filter.h"

#include <algorithm>
#include <cmath>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const contrast = values["contrast"];
    auto const part = values.intensity;
    return {.tone = [=](Tone& tone, Moment const&) {
        tone.map_luma([=](double y) {
            auto const t = std::clamp((y - 0.5) * contrast + 0.48, 0.0, 1.0);
            // A soft shoulder keeps detail in lights and shadows.
            return std::lerp(y, t * t * (3 - 2 * t) * 0.6 + t * 0.4, part);
        });
        auto const color = static_cast<float>(1 - part);
        tone.map_chroma(color, 0, 0, color);
    }};
}

FilterType noir()
{
    return {.name = "noir",
            .help = "High-contrast black and white.",
            .params = {{"contrast", 1.3, 0.5, 3, "1 keeps the contrast, more deepens it"}},
            .make = make};
}

} // namespace media::filters
