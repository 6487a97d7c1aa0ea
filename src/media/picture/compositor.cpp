#include "media/picture/compositor.h"

#include <algorithm>
#include <cmath>

namespace media {

Compositor::Compositor(plan::EditPlan const& plan, plan::MediaInfo const& source)
    : plan_(plan), source_aspect_(static_cast<double>(source.video->width) / source.video->height),
      rate_(static_cast<double>(plan.canvas.rate_numerator) / plan.canvas.rate_denominator),
      duration_(plan.duration_seconds()), overlays_(plan, duration_)
{
    for (auto const& call : plan.filters) effects_.push_back(make_filter(call));
}

/// The framing path's centre at a moment: glides are eased, so that a camera starts and stops softly.
static plan::FramingKey center_at(std::vector<plan::FramingKey> const& path, double at)
{
    if (path.empty()) return {};
    auto const next = std::ranges::upper_bound(path, at, {}, &plan::FramingKey::at);
    if (next == path.begin()) return path.front();
    auto const& from = *(next - 1);
    if (next == path.end() || next->jump || next->at <= from.at) return from;
    auto const t = (at - from.at) / (next->at - from.at);
    auto const eased = t * t * (3 - 2 * t);
    return {at, std::lerp(from.x, next->x, eased), std::lerp(from.y, next->y, eased), false};
}

View Compositor::framing(Picture const& source, double at) const
{
    View view{0, 0, static_cast<double>(source.width()), static_cast<double>(source.height())};
    if (plan_.framing.mode == plan::FramingMode::Fit) return view;
    auto const wanted = static_cast<double>(plan_.canvas.width) / plan_.canvas.height;
    auto const center = center_at(plan_.framing.path, at);
    if (source_aspect_ > wanted) {
        view.width *= wanted / source_aspect_;
        view.left = std::clamp(center.x * source.width() - view.width / 2, 0.0, source.width() - view.width);
    } else {
        view.height *= source_aspect_ / wanted;
        view.top = std::clamp(center.y * source.height() - view.height / 2, 0.0, source.height() - view.height);
    }
    return view;
}

/// Where the picture lies on the canvas: all of it, or the middle with bars around.
static Box picture_box(plan::EditPlan const& plan, double source_aspect)
{
    Box box{0, 0, plan.canvas.width, plan.canvas.height};
    if (plan.framing.mode != plan::FramingMode::Fit) return box;
    auto const wanted = static_cast<double>(plan.canvas.width) / plan.canvas.height;
    auto const even = [](double value) { return std::max(2, static_cast<int>(std::lround(value / 2)) * 2); };
    if (source_aspect > wanted)
        box.height = std::min(plan.canvas.height, even(plan.canvas.width / source_aspect));
    else
        box.width = std::min(plan.canvas.width, even(plan.canvas.height * source_aspect));
    box.left = (plan.canvas.width - box.width) / 4 * 2;
    box.top = (plan.canvas.height - box.height) / 4 * 2;
    return box;
}

void Compositor::draw(Picture const& source, std::int64_t frame, Picture& target)
{
    Moment const moment{static_cast<double>(frame) / rate_, duration_, frame, plan_.seed};
    auto view = framing(source, moment.at);
    for (auto const& effect : effects_)
        if (effect.view) effect.view(view, moment);
    auto const box = picture_box(plan_, source_aspect_);
    if (box.width != target.width() || box.height != target.height()) target.fill(16, 128, 128);
    reframer_.run(source, view, target, box);
    Tone tone;
    for (auto const& effect : effects_)
        if (effect.tone) effect.tone(tone, moment);
    apply(tone, target);
    for (auto const& effect : effects_)
        if (effect.picture) effect.picture(target, moment);
    overlays_.draw(target, moment.at);
}

} // namespace media
