#include "media/sheet.h"

#include "base/error.h"
#include "media/output/jpeg.h"
#include "media/picture/compositor.h"
#include "media/picture/frame_source.h"
#include "plan/check.h"

namespace media {

static constexpr int gap = 8; // samples between tiles

static void check(plan::SheetRequest const& request)
{
    auto const require = [](bool holds, std::string_view field, auto value, std::string_view range) {
        if (!holds) base::fail(base::ErrorCode::InvalidInput, "{}: {} is outside {}", field, value, range);
    };
    require(!request.plans.empty() && request.plans.size() <= 100, "plans", request.plans.size(), "[1, 100]");
    require(request.columns >= 1 && request.columns <= 20, "columns", request.columns, "[1, 20]");
    require(request.tile_width >= 16 && request.tile_width <= 1000, "tile_width", request.tile_width, "[16, 1000]");
    require(request.tile_width % 2 == 0, "tile_width", request.tile_width, "even numbers");
    for (auto const& plan : request.plans) {
        plan::check(plan);
        if (plan.canvas.width != request.plans[0].canvas.width || plan.canvas.height != request.plans[0].canvas.height)
            base::fail(base::ErrorCode::InvalidInput, "plans: their canvases differ in size");
    }
}

plan::SheetResult draw_sheet(plan::SheetRequest const& request, std::stop_token const& stop)
{
    check(request);
    auto const& canvas = request.plans[0].canvas;
    auto const count = static_cast<int>(request.plans.size());
    auto const columns = std::min(request.columns, count);
    auto const rows = (count + columns - 1) / columns;
    Box tile{0, 0, request.tile_width, std::max(2, request.tile_width * canvas.height / canvas.width / 2 * 2)};
    Picture sheet(columns * (tile.width + gap) + gap, rows * (tile.height + gap) + gap);
    sheet.fill(32, 128, 128);
    FrameSource source(request.plans[0], stop);
    SourceFrame frame;
    if (!source.next(frame))
        base::fail(base::ErrorCode::InvalidInput, "{}: no picture at {:.3f} s", request.plans[0].source,
                   request.plans[0].cuts[0].start);
    Picture target(canvas.width, canvas.height);
    View const all{0, 0, static_cast<double>(canvas.width), static_cast<double>(canvas.height)};
    for (int i = 0; i < count; ++i) {
        if (stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "the sheet was cancelled");
        Compositor compositor(request.plans[static_cast<std::size_t>(i)], source.info());
        compositor.draw(*frame.picture, request.frame, target);
        tile.left = gap + i % columns * (tile.width + gap);
        tile.top = gap + i / columns * (tile.height + gap);
        Reframer().run(target, all, sheet, tile);
    }
    write_jpeg(sheet, request.output);
    return {request.output, sheet.width(), sheet.height()};
}

} // namespace media
