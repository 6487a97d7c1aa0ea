#include "media/filter.h"

namespace media::filters {

/// The camera's path is measured and smoothed before the render; the plan's framing then holds the correction.
static Effect make(FilterValues const&) { return {}; }

FilterType stabilise()
{
    return {.name = "stabilise",
            .help = "Steadies a shaky camera; costs a little of the picture's edge.",
            .params = {{"smooth", 1, 0.1, 5, "seconds over which movement is evened out"},
                       {"margin", 1.08, 1.01, 1.3, "how much closer it comes, to have an edge to move in"}},
            .make = make};
}

} // namespace media::filters
