#include "media/filter.h"

namespace media::filters {

static Effect make(FilterValues const&)
{
    return {.view = [](View& view, Moment const&) { view.mirror = !view.mirror; }};
}

FilterType mirror() { return {.name = "mirror", .help = "Flips the picture left to right.", .make = make}; }

} // namespace media::filters
