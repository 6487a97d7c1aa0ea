#include "media/filter.h"

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const amount = values["amount"] * values.intensity;
    return {.view = [=](View& view, Moment const&) { view.fringe += amount; }};
}

FilterType chromatic_aberration()
{
    return {.name = "chromatic_aberration",
            .help = "Coloured fringes that grow towards the edges, as of a simple lens.",
            .params = {{"amount", 0.008, 0, 0.05, "by which part red and blue differ in size"}},
            .make = make};
}

} // namespace media::filters
