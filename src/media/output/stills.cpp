#include "media/output/stills.h"

#include "media/captions/title.h"
#include "media/output/jpeg.h"
#include "media/picture/drawing.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace media {

void write_stills(plan::RenderRequest const& request, std::int64_t frames, std::stop_token const& stop)
{
    auto plan = request.plan;
    plan.captions.reset();
    plan.title.reset();
    auto const rate = static_cast<double>(plan.canvas.rate_numerator) / plan.canvas.rate_denominator;
    std::map<std::int64_t, std::vector<std::size_t>> stills; // by frame; two may want the same one
    for (std::size_t i = 0; i < std::min(plan.thumbnails.size(), request.thumbnails.size()); ++i)
        stills[std::clamp<std::int64_t>(std::llround(plan.thumbnails[i].at * rate), 0, frames - 1)].push_back(i);
    if (stills.empty()) return;
    std::vector<FrameRange> ranges;
    for (auto const& [frame, wanted] : stills) ranges.push_back({frame, frame + 1});
    Drawing drawing(plan, stop, ranges, 1);
    while (auto drawn = drawing.next())
        for (auto const i : stills[drawn->frame]) {
            auto picture = drawn->picture.copy();
            auto const& title = plan.thumbnails[i].title;
            if (!title.empty() && !plan.title_fonts.empty())
                draw_title(picture, title, plan.title_fonts, plan::title_style());
            write_jpeg(picture, request.thumbnails[i]);
        }
}

} // namespace media
