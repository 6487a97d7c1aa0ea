#include "media/picture/brushes.h"

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const smooth = static_cast<int>(std::lround(256 * values.intensity));
    auto const threshold = static_cast<int>(std::lround(values["threshold"]));
    return {.picture = [=](Picture& picture, Moment const&) {
        refine(picture, {smooth, threshold, 0}, {smooth, threshold, 0});
    }};
}

FilterType denoise()
{
    return {.name = "denoise",
            .help = "Smooths noise and keeps edges.",
            .params = {{"threshold", 8, 1, 64, "steps of 255 up to which neighbours count as noise"}},
            .make = make};
}

} // namespace media::filters
