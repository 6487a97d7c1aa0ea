#include "media/picture/compositor.h"

#include "media/picture/blur.h"

#include <algorithm>
#include <cmath>

namespace media {

static constexpr int backdrop_part = 8;   // the blurred copy is made so much smaller
static constexpr int backdrop_radius = 3; // three times, in its samples: about a fortieth of the width
static constexpr double backdrop_light = 0.7;

Compositor::Compositor(plan::EditPlan const& plan, plan::MediaInfo const& source)
    : plan_(plan), source_aspect_(static_cast<double>(source.video->width) / source.video->height),
      rate_(static_cast<double>(plan.canvas.rate_numerator) / plan.canvas.rate_denominator),
      duration_(plan.duration_seconds()), overlays_(plan, duration_)
{
    for (auto const& call : plan.filters) effects_.push_back(make_filter(call));
}

Picture const& Compositor::backdrop(Picture const& source, View const& view)
{
    auto const side = [](int length) { return std::max(2, length / backdrop_part / 2 * 2); };
    auto const width = side(plan_.canvas.width);
    auto const height = side(plan_.canvas.height);
    if (!backdrop_) backdrop_.emplace(width, height);
    backdrop_reframer_.run(source, view, *backdrop_, {0, 0, width, height});
    for (int i = 0; i < 3; ++i) blur(backdrop_->plane(i), std::max(1, i == 0 ? backdrop_radius : backdrop_radius / 2));
    Tone darker;
    darker.map_luma([](double y) { return y * backdrop_light; });
    apply(darker, *backdrop_);
    return *backdrop_;
}

void Compositor::place_windows(Picture const& source, Moment const& moment, Picture& target)
{
    auto mode = mode_at(plan_.framing, moment.at);
    for (auto const& effect : effects_)
        if (effect.layout) effect.layout(mode, moment);
    auto const windows = lay_out(plan_, mode, source, source_aspect_, moment.at);
    auto const shown = [&](View view) {
        for (auto const& effect : effects_)
            if (effect.view) effect.view(view, moment);
        return view;
    };
    windows_ = windows.size();
    while (reframers_.size() < windows_) reframers_.emplace_back();
    Picture const* blurred = nullptr;
    std::int64_t covered = 0;
    for (std::size_t i = 0; i < windows_; ++i) {
        auto const& [box, view, is_backdrop] = windows[i];
        covered += std::int64_t{box.width} * box.height;
        if (!is_backdrop) {
            reframers_[i].begin(source, shown(view), target, box);
            continue;
        }
        auto const canvas_aspect = static_cast<double>(plan_.canvas.width) / plan_.canvas.height;
        if (!blurred) blurred = &backdrop(source, shown(crop_view(source, source_aspect_, canvas_aspect, {})));
        auto const x = static_cast<double>(blurred->width()) / target.width();
        auto const y = static_cast<double>(blurred->height()) / target.height();
        reframers_[i].begin(*blurred, {view.left * x, view.top * y, view.width * x, view.height * y}, target, box);
    }
    if (covered < std::int64_t{target.width()} * target.height()) target.fill(16, 128, 128);
}

void Compositor::draw(Picture const& source, std::int64_t frame, Picture& target)
{
    Moment const moment{static_cast<double>(frame) / rate_, duration_, frame, plan_.seed};
    place_windows(source, moment, target);
    Tone tone;
    for (auto const& effect : effects_)
        if (effect.tone) effect.tone(tone, moment);
    TonePass const tone_pass(tone);
    std::vector<Effect const*> rest;
    for (auto const& effect : effects_)
        if ((effect.rows || effect.picture) && effect.active(moment)) rest.push_back(&effect);
    auto next = rest.begin();
    for (auto drawn = false; !drawn || next != rest.end(); drawn = true) {
        if (drawn && (*next)->picture) (*next)->picture(target, moment);
        // With the first filter of a round come all after it that need not see the finished picture.
        auto const first = next;
        auto const sees = [](Effect const* effect) { return static_cast<bool>(effect->picture); };
        next = std::find_if(drawn ? first + 1 : first, rest.end(), sees);
        auto const none = std::none_of(first, next, [](Effect const* effect) { return bool(effect->rows); });
        if (drawn && none) continue;
        for (int i = 0; i < target.height() / 2; ++i) {
            auto const band = target.band(i);
            if (!drawn) {
                for (std::size_t w = 0; w < windows_; ++w) reframers_[w].draw(i);
                tone_pass(band);
            }
            for (auto it = first; it != next; ++it)
                if ((*it)->rows) (*it)->rows(band, moment);
        }
    }
    overlays_.draw(target, moment.at);
}

} // namespace media
