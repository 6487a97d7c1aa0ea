#include "media/filter.h"

#include <cmath>
#include <cstring>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const share = values["size"] * values.intensity;
    return {.rows = [share](Band const& band, Moment const&) {
        auto const bar = static_cast<int>(std::lround(share * band.height / 2)); // in bands
        if (band.index >= bar && band.index < band.height / 2 - bar) return;
        auto const width = static_cast<std::size_t>(band.width);
        for (auto* row : band.y) std::memset(row, 16, width);
        std::memset(band.u, 128, width / 2);
        std::memset(band.v, 128, width / 2);
    }};
}

FilterType letterbox()
{
    return {.name = "letterbox",
            .help = "Black bars above and below, as in the cinema.",
            .params = {{"size", 0.1, 0, 0.45, "of each bar, as a part of the height"}},
            .make = make};
}

} // namespace media::filters
