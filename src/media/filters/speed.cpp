#include "media/filter.h"

namespace media::filters {

/// Time is the plan's business: the studio turns this into the speed of cuts before the render.
static Effect make(FilterValues const&) { return {}; }

FilterType speed()
{
    return {.name = "speed",
            .help = "Faster or slower from one moment of the clip to another; voices keep their pitch.",
            .params = {{"factor", 1.5, 0.25, 4, "2 is twice as fast, 0.5 half as fast"}},
            .make = make};
}

} // namespace media::filters
