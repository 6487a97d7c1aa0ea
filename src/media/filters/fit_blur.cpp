#include "media/filter.h"

namespace media::filters {

static Effect make(FilterValues const&)
{
    return {.layout = [](plan::FramingMode& mode, Moment const&) { mode = plan::FramingMode::FitBlur; }};
}

FilterType fit_blur()
{
    return {.name = "fit_blur",
            .help = "Shows all of the picture over a blurred copy of itself, instead of cutting off its sides.",
            .make = make};
}

} // namespace media::filters
