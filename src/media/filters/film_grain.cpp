#include "media/picture/brushes.h"

#include <memory>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const grain = std::make_shared<Grain const>(values["amount"] * values.intensity);
    return {.rows = [grain](Band const& band, Moment const& moment) { (*grain)(band, moment); }};
}

FilterType film_grain()
{
    return {.name = "film_grain",
            .help = "Fine moving grain, as of film. The encoder pays for it: 0.3 can need ten times the bits of 0.",
            .params = {{"amount", 0.15, 0, 1, "0 does nothing, 1 is coarse"}},
            .make = make};
}

} // namespace media::filters
