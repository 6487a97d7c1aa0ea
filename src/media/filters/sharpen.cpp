#include "media/picture/brushes.h"

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const sharpen = static_cast<int>(std::lround(256 * values["amount"] * values.intensity));
    return {.picture = [=](Picture& picture, Moment const&) { refine(picture, {0, 1, sharpen}, {0, 1, 0}); }};
}

FilterType sharpen()
{
    return {.name = "sharpen",
            .help = "Makes edges crisper.",
            .params = {{"amount", 0.6, 0, 2, "0 does nothing, above 1 shows halos"}},
            .make = make};
}

} // namespace media::filters
