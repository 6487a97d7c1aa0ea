#include "media/picture/brushes.h"

#include <memory>

namespace media::filters {

/// A full colour of this hue (degrees, 0 is red), mixed with black or white to a lightness.
static Yuv color_of(double hue, double black, double white)
{
    auto const channel = [&](double offset) {
        auto const place = std::fmod(hue + offset, 360.0) / 60;
        auto const full = std::clamp(std::abs(place - 3) - 1, 0.0, 1.0);
        return static_cast<int>(std::lround(255 * (full * (1 - black) * (1 - white) + white)));
    };
    return yuv_of(channel(0), channel(240), channel(120));
}

static Effect make(FilterValues const& values)
{
    auto const dark = color_of(values["dark_hue"], 0.72, 0.0);
    auto const light = color_of(values["light_hue"], 0.0, 0.45);
    auto const part = values.intensity;
    auto const inks = std::make_shared<ChromaByLuma>([=](double y) {
        // Luma has been through the curve below: 0 is the dark ink, 1 the light one.
        auto const mix = std::clamp((16 + 219 * y - dark.y) / (light.y - dark.y), 0.0, 1.0);
        return std::pair{part * std::lerp(dark.u - 128.0, light.u - 128.0, mix),
                         part * std::lerp(dark.v - 128.0, light.v - 128.0, mix)};
    });
    auto const low = (dark.y - 16) / 219.0;
    auto const high = (light.y - 16) / 219.0;
    auto const color = static_cast<float>(1 - part);
    return {.tone =
                [=](Tone& tone, Moment const&) {
                    tone.map_luma([=](double y) {
                        auto const t = std::clamp(y, 0.0, 1.0);
                        return std::lerp(y, std::lerp(low, high, t * t * (3 - 2 * t) * 0.5 + t * 0.5), part);
                    });
                    tone.map_chroma(color, 0, 0, color);
                },
            .rows = [inks](Band const& band, Moment const&) { (*inks)(band); }};
}

FilterType duotone()
{
    return {.name = "duotone",
            .help = "Two inks: one for the shadows, one for the lights.",
            .params = {{"dark_hue", 255, 0, 360, "degrees; 0 is red, 120 green, 240 blue"},
                       {"light_hue", 38, 0, 360, "degrees"}},
            .make = make};
}

} // namespace media::filters
