#include "media/filter.h"

namespace media::filters {

static Effect make(ParamValues const& values)
{
    auto const factor = values.find("factor")->second;
    auto const push = values.find("push")->second;
    return {.view = [=](View& view, Moment const& moment) {
        auto const part = moment.duration > 0 ? moment.at / moment.duration : 0;
        auto const scale = 1 / (push > 0 ? 1 + (factor - 1) * part : factor);
        view.left += view.width * (1 - scale) / 2;
        view.top += view.height * (1 - scale) / 2;
        view.width *= scale;
        view.height *= scale;
    }};
}

FilterType zoom()
{
    return {.name = "zoom",
            .help = "Comes closer, still or as a slow push over the clip.",
            .params = {{"factor", 1.05, 1.0, 2.0, "1 shows all, 1.05 crops 5 %"},
                       {"push", 0, 0, 1, "1 moves in slowly from the start to the end"}},
            .make = make};
}

} // namespace media::filters
