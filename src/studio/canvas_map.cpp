#include "studio/canvas_map.h"

#include <algorithm>
#include <cmath>

namespace studio {

Area intersection(Area const& one, Area const& other)
{
    auto const left = std::max(one.x, other.x);
    auto const top = std::max(one.y, other.y);
    auto const right = std::min(one.x + one.width, other.x + other.width);
    auto const bottom = std::min(one.y + one.height, other.y + other.height);
    return {left, top, std::max(0.0, right - left), std::max(0.0, bottom - top)};
}

plan::FramingKey framing_key(std::vector<plan::FramingKey> const& path, double at)
{
    if (path.empty()) return {};
    auto const next = std::ranges::upper_bound(path, at, {}, &plan::FramingKey::at);
    if (next == path.begin()) return path.front();
    auto const& from = *(next - 1);
    if (next == path.end() || next->jump || next->at <= from.at) return from;
    auto const t = (at - from.at) / (next->at - from.at);
    auto const eased = t * t * (3 - 2 * t);
    return {at, std::lerp(from.x, next->x, eased), std::lerp(from.y, next->y, eased), false,
            std::lerp(from.zoom, next->zoom, eased)};
}

CanvasMap::CanvasMap(plan::EditPlan const& plan, plan::VideoStream const& source)
    : framing_(plan.framing), cuts_(plan.cuts), timeline_(plan.cuts),
      source_aspect_(static_cast<double>(std::max(1, source.width)) / std::max(1, source.height)),
      canvas_aspect_(static_cast<double>(plan.canvas.width) / plan.canvas.height)
{
    for (auto const& call : plan.filters)
        if (call.name == "mirror") mirrored_ = !mirrored_;
}

/// The part of the source that a window of this shape shows, as the renderer crops it.
Area CanvasMap::view(std::vector<plan::FramingKey> const& path, double at, double aspect) const
{
    auto const key = framing_key(path, at);
    auto const zoom = std::max(1.0, key.zoom);
    Area view{0, 0, std::min(1.0, aspect / source_aspect_) / zoom, std::min(1.0, source_aspect_ / aspect) / zoom};
    view.x = std::clamp(key.x - view.width / 2, 0.0, 1 - view.width);
    view.y = std::clamp(key.y - view.height / 2, 0.0, 1 - view.height);
    return view;
}

std::vector<CanvasMap::Window> CanvasMap::windows(double at) const
{
    auto mode = framing_.mode;
    for (auto const& change : framing_.changes)
        if (change.at <= at) mode = change.mode;
    Area const whole{0, 0, 1, 1};
    auto const fitted_height = std::min(1.0, canvas_aspect_ / source_aspect_);
    auto const fitted_width = std::min(1.0, source_aspect_ / canvas_aspect_);
    switch (mode) {
    case plan::FramingMode::Fit:
    case plan::FramingMode::FitBlur:
        return {{whole, {(1 - fitted_width) / 2, (1 - fitted_height) / 2, fitted_width, fitted_height}}};
    case plan::FramingMode::Split:
        return {{view(framing_.path, at, 2 * canvas_aspect_), {0, 0, 1, 0.5}},
                {view(framing_.second, at, 2 * canvas_aspect_), {0, 0.5, 1, 0.5}}};
    case plan::FramingMode::Screencast: {
        auto const height = std::min(fitted_height, 0.8);
        return {{view(framing_.path, at, canvas_aspect_ / height), {0, 0, 1, height}},
                {view(framing_.second, at, canvas_aspect_ / (1 - height)), {0, height, 1, 1 - height}}};
    }
    default: return {{view(framing_.path, at, canvas_aspect_), whole}};
    }
}

std::vector<Area> CanvasMap::place(Area const& area, double clip_seconds) const
{
    std::vector<Area> places;
    for (auto const& window : windows(clip_seconds)) {
        auto const& from = window.source;
        auto const seen = intersection(area, from);
        if (seen.size() <= 0) continue;
        auto const across = window.canvas.width / from.width;
        auto const down = window.canvas.height / from.height;
        Area placed{(seen.x - from.x) * across, window.canvas.y + (seen.y - from.y) * down, seen.width * across,
                    seen.height * down};
        if (mirrored_) placed.x = window.canvas.width - placed.x - placed.width;
        placed.x += window.canvas.x;
        places.push_back(placed);
    }
    return places;
}

std::vector<plan::Span> CanvasMap::clip_spans(plan::Span const& source) const
{
    std::vector<plan::Span> spans;
    for (std::size_t i = 0; i < cuts_.size(); ++i) {
        auto const start = std::max(source.start, cuts_[i].start);
        auto const end = std::min(source.end, cuts_[i].end);
        if (end > start) spans.push_back({timeline_.clip_time(i, start), timeline_.clip_time(i, end)});
    }
    return spans;
}

} // namespace studio
