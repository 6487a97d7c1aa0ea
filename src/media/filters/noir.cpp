#include "media/filter.h"

#include <algorithm>

namespace media::filters {

static Effect make(ParamValues const& values)
{
    auto const contrast = values.find("contrast")->second;
    return {.tone = [=](Tone& tone, Moment const&) {
        tone.map_luma([=](double y) {
            auto const t = std::clamp((y - 0.5) * contrast + 0.48, 0.0, 1.0);
            return t * t * (3 - 2 * t) * 0.6 + t * 0.4; // a soft shoulder keeps detail in lights and shadows
        });
        tone.map_chroma(0, 0, 0, 0);
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
