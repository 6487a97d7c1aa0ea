#include "media/filter.h"
#include "media/picture/blur.h"

#include <algorithm>
#include <memory>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const part = values.intensity;
    auto const glow = std::make_shared<Glow>(0.55 * values["haze"] * part, 0.15, 0.05);
    auto const color = static_cast<float>(1 - 0.12 * part);
    return {.tone =
                [=](Tone& tone, Moment const&) {
                    // Lifted shadows and flat contrast leave room for the light that is added.
                    tone.map_luma([=](double y) {
                        auto const t = std::clamp(y, 0.0, 1.0);
                        return y + part * (0.07 * (1 - t) - 0.22 * t * t);
                    });
                    tone.map_chroma(color, 0, 0, color, static_cast<float>(1.5 * part), static_cast<float>(4 * part));
                },
            .picture = [glow](Picture& picture, Moment const&) { glow->look(picture); },
            .rows = [glow](Band const& band, Moment const&) { (*glow)(band); }};
}

FilterType dreamy()
{
    return {.name = "dreamy",
            .help = "Soft light and pale rosy colours, as through a veil.",
            .params = {{"haze", 0.8, 0, 1, "how much light lies over the picture"}},
            .make = make};
}

} // namespace media::filters
