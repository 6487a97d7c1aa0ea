#include "media/filter.h"

#include <algorithm>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const part = values.intensity;
    auto const color = static_cast<float>(1 - part * (1 - values["saturation"]));
    return {.tone = [=](Tone& tone, Moment const&) {
        tone.map_luma([=](double y) {
            auto const t = std::clamp(y, 0.0, 1.0);
            // The silver that stays in the film lies over the picture once more: overlay with itself.
            auto const overlay = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t);
            return y + part * 0.85 * (overlay - t);
        });
        tone.map_chroma(color, 0, 0, color, 0, static_cast<float>(-part));
    }};
}

FilterType bleach_bypass()
{
    return {.name = "bleach_bypass",
            .help = "Pale colours and hard contrast, as of film whose silver was left in.",
            .params = {{"saturation", 0.45, 0, 1, "of the colours that stay"}},
            .make = make};
}

} // namespace media::filters
