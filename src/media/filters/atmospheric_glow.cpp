#include "media/filter.h"
#include "media/picture/blur.h"

#include <memory>

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const glow =
        std::make_shared<Glow>(values["amount"] * values.intensity, values["threshold"], values["radius"]);
    return {.picture = [glow](Picture& picture, Moment const&) { glow->look(picture); },
            .rows = [glow](Band const& band, Moment const&) { (*glow)(band); }};
}

FilterType atmospheric_glow()
{
    return {.name = "atmospheric_glow",
            .help = "Lights spill softly over what is around them.",
            .params = {{"amount", 0.5, 0, 1, "of light"},
                       {"threshold", 0.5, 0, 0.95, "brightness from which on something glows"},
                       {"radius", 0.04, 0.01, 0.2, "as a part of the width"}},
            .make = make};
}

} // namespace media::filters
