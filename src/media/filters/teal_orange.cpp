#include "media/picture/brushes.h"

#include <memory>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const strength = values["amount"] * values.intensity;
    // Shadows towards teal (less red, more blue), lights and skin towards orange.
    auto const split = std::make_shared<ChromaByLuma>([=](double y) {
        auto const lights = y * y * (3 - 2 * y);
        auto const shadows = (1 - lights) * std::min(1.0, y * 8); // black stays black
        return std::pair{strength * (16 * shadows - 22 * lights), strength * (-22 * shadows + 15 * lights)};
    });
    auto const color = static_cast<float>(1 + 0.12 * strength);
    return {.tone =
                [=](Tone& tone, Moment const&) {
                    tone.map_luma([=](double y) {
                        auto const t = std::clamp(y, 0.0, 1.0);
                        return y + 0.35 * strength * (t * t * (3 - 2 * t) - t);
                    });
                    tone.map_chroma(color, 0, 0, color);
                },
            .rows = [split](Band const& band, Moment const&) { (*split)(band); }};
}

FilterType teal_orange()
{
    return {.name = "teal_orange",
            .help = "Teal shadows and orange lights, as in many films.",
            .params = {{"amount", 0.8, 0, 1, "of colour"}},
            .make = make};
}

} // namespace media::filters
