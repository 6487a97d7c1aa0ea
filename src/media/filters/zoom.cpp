#include "media/filter.h"

namespace media::filters {

static Effect make(FilterValues const& values)
{
    auto const more = (values["factor"] - 1) * values.intensity;
    auto const push = values["push"];
    return {.view = [=](View& view, Moment const& moment) {
        auto const part = moment.duration > 0 ? moment.at / moment.duration : 0;
        view.closer(1 + more * (1 - push + push * part));
    }};
}

FilterType zoom()
{
    return {.name = "zoom",
            .help = "Comes closer, still or as a slow push over the clip.",
            .params = {{"factor", 1.05, 1.0, 2.0, "1 shows all, 1.05 crops 5 %; 1.02 to 1.08 are hardly noticed"},
                       {"push", 0, 0, 1, "0 stands still, 1 comes in slowly from the start to the end"}},
            .make = make};
}

} // namespace media::filters
