#include "media/picture/brushes.h"

#include <memory>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const light = std::make_shared<Vignette>(values["amount"] * values.intensity);
    return {.rows = [light](Band const& band, Moment const&) { (*light)(band); }};
}

FilterType vignette()
{
    return {.name = "vignette",
            .help = "Darkens towards the corners.",
            .params = {{"amount", 0.5, 0, 1, "0 does nothing, 1 makes the corners black"}},
            .make = make};
}

} // namespace media::filters
