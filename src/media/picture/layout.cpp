#include "media/picture/layout.h"

#include <algorithm>
#include <cmath>

namespace media {

static constexpr double zoom_max = 8;
static constexpr double screen_share_max = 0.6; // of the canvas height, for the screen of a screencast

plan::FramingMode mode_at(plan::Framing const& framing, double at)
{
    auto const next = std::ranges::upper_bound(framing.changes, at, {}, &plan::LayoutChange::at);
    return next == framing.changes.begin() ? framing.mode : (next - 1)->mode;
}

static plan::FramingKey between(std::vector<plan::FramingKey> const& path, double at, bool eased)
{
    if (path.empty()) return {};
    auto const next = std::ranges::upper_bound(path, at, {}, &plan::FramingKey::at);
    if (next == path.begin()) return path.front();
    auto const& from = *(next - 1);
    if (next == path.end() || next->jump || next->at <= from.at) return from;
    auto t = (at - from.at) / (next->at - from.at);
    if (eased) t = t * t * (3 - 2 * t);
    return {at, std::lerp(from.x, next->x, t), std::lerp(from.y, next->y, t), false,
            std::lerp(from.zoom, next->zoom, t)};
}

plan::FramingKey key_at(std::vector<plan::FramingKey> const& path, double at) { return between(path, at, true); }

static View around(Picture const& source, double width, double height, plan::FramingKey const& key)
{
    auto const zoom = std::clamp(key.zoom, 1.0, zoom_max);
    View view{0, 0, width / zoom, height / zoom};
    auto const place = [](double part) { return std::isfinite(part) ? part : 0.5; };
    view.left = std::clamp(place(key.x) * source.width() - view.width / 2, 0.0, source.width() - view.width);
    view.top = std::clamp(place(key.y) * source.height() - view.height / 2, 0.0, source.height() - view.height);
    return view;
}

View crop_view(Picture const& source, double source_aspect, double window_aspect, plan::FramingKey const& key)
{
    auto const wide = source_aspect > window_aspect;
    return around(source, source.width() * (wide ? window_aspect / source_aspect : 1),
                  source.height() * (wide ? 1 : source_aspect / window_aspect), key);
}

static int even(double value, int most) { return std::clamp(static_cast<int>(std::lround(value / 2)) * 2, 2, most); }

/// Where all of the picture lies on the canvas, with bars around.
static Box fitted(plan::Canvas const& canvas, double source_aspect)
{
    Box box{0, 0, canvas.width, canvas.height};
    if (source_aspect > static_cast<double>(canvas.width) / canvas.height)
        box.height = even(canvas.width / source_aspect, canvas.height);
    else
        box.width = even(canvas.height * source_aspect, canvas.width);
    box.left = (canvas.width - box.width) / 4 * 2;
    box.top = (canvas.height - box.height) / 4 * 2;
    return box;
}

/// The bars around a box: above, below, left and right of it.
static std::vector<Window> backdrop(plan::Canvas const& canvas, Box const& box)
{
    std::vector<Window> bars;
    auto const add = [&](int left, int top, int width, int height) {
        if (width <= 0 || height <= 0) return;
        View const view{static_cast<double>(left), static_cast<double>(top), static_cast<double>(width),
                        static_cast<double>(height)};
        bars.push_back({{left, top, width, height}, view, true});
    };
    auto const right = box.left + box.width;
    auto const bottom = box.top + box.height;
    add(0, 0, canvas.width, box.top);
    add(0, bottom, canvas.width, canvas.height - bottom);
    add(0, box.top, box.left, box.height);
    add(right, box.top, canvas.width - right, box.height);
    return bars;
}

std::vector<Window> lay_out(plan::EditPlan const& plan, plan::FramingMode mode, Picture const& source,
                            double source_aspect, double at)
{
    auto const& canvas = plan.canvas;
    auto const& framing = plan.framing;
    auto const steady = framing.steady.empty() ? plan::FramingKey{} : between(framing.steady, at, false);
    auto const moved = [&](plan::FramingKey key) {
        if (framing.steady.empty()) return key;
        return plan::FramingKey{at, key.x + steady.x, key.y + steady.y, false, key.zoom * std::max(1.0, steady.zoom)};
    };
    auto const crop = [&](Box const& box, std::vector<plan::FramingKey> const& path) {
        auto const aspect = static_cast<double>(box.width) / box.height;
        return Window{box, crop_view(source, source_aspect, aspect, moved(key_at(path, at)))};
    };
    auto const whole = [&](Box const& box) {
        return Window{box, around(source, source.width(), source.height(), moved({at}))};
    };
    switch (mode) {
    case plan::FramingMode::Crop: return {crop({0, 0, canvas.width, canvas.height}, framing.path)};
    case plan::FramingMode::Fit: return {whole(fitted(canvas, source_aspect))};
    case plan::FramingMode::FitBlur: {
        auto const box = fitted(canvas, source_aspect);
        auto windows = backdrop(canvas, box);
        windows.push_back(whole(box));
        return windows;
    }
    case plan::FramingMode::Split: {
        auto const upper = even(canvas.height / 2.0, canvas.height - 2);
        return {crop({0, 0, canvas.width, upper}, framing.path),
                crop({0, upper, canvas.width, canvas.height - upper}, framing.second)};
    }
    case plan::FramingMode::Screencast: {
        auto const most = even(canvas.height * screen_share_max, canvas.height - 2);
        auto const upper = even(canvas.width / source_aspect, most);
        return {crop({0, 0, canvas.width, upper}, framing.path),
                crop({0, upper, canvas.width, canvas.height - upper}, framing.second)};
    }
    }
    return {};
}

} // namespace media
