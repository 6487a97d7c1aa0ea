#include "media/filter.h"

#include <algorithm>
#include <cmath>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const contrast = values["contrast"] * values.intensity;
    auto const lift = values["lift"] * values.intensity;
    auto const gamma = std::pow(values["gamma"], -values.intensity);
    return {.tone = [=](Tone& tone, Moment const&) {
        tone.map_luma([=](double y) {
            auto const t = std::pow(std::clamp(y, 0.0, 1.0), gamma);
            return t + contrast * (t * t * (3 - 2 * t) - t) + lift * (1 - t) * (1 - t);
        });
    }};
}

FilterType curves()
{
    return {.name = "curves",
            .help = "A contrast curve: deeper or flatter, shadows lifted, middle lighter or darker.",
            .params = {{"contrast", 0.4, -1, 1, "an S; below 0 flattens"},
                       {"lift", 0, -0.3, 0.3, "of the shadows"},
                       {"gamma", 1, 0.5, 2, "above 1 lightens the middle"}},
            .make = make};
}

} // namespace media::filters
