#include "plan/timeline.h"

#include <algorithm>
#include <cmath>

namespace plan {

/// A ramp flatter than this is taken as constant: the logarithm below would lose its digits.
static constexpr double slope_min = 1e-6;

/// Speed v changes evenly over the source's time s: v(s) = v0 + k s. Then ds/dt = v, so s(t) = v0 (e^(k t) - 1) / k and
/// t(s) = ln(1 + k s / v0) / k.
static double slope(Cut const& cut)
{
    return cut.length() > 0 ? (cut.speed_to.value_or(cut.speed) - cut.speed) / cut.length() : 0;
}

static double clip_seconds(Cut const& cut, double source_seconds)
{
    auto const k = slope(cut);
    return std::abs(k) < slope_min ? source_seconds / cut.speed : std::log1p(k * source_seconds / cut.speed) / k;
}

static double source_seconds(Cut const& cut, double clip_seconds)
{
    auto const k = slope(cut);
    return std::abs(k) < slope_min ? clip_seconds * cut.speed : cut.speed * std::expm1(k * clip_seconds) / k;
}

Timeline::Timeline(std::vector<Cut> const& cuts) : cuts_(cuts), starts_{0}
{
    for (auto const& cut : cuts_) starts_.push_back(starts_.back() + clip_seconds(cut, cut.length()));
}

Timeline::Place Timeline::at(double clip_seconds) const
{
    if (cuts_.empty()) return {};
    auto const next = std::upper_bound(starts_.begin() + 1, starts_.end() - 1, clip_seconds);
    auto const index = static_cast<std::size_t>(next - starts_.begin()) - 1;
    auto const& cut = cuts_[index];
    auto const inside =
        std::clamp(source_seconds(cut, std::max(0.0, clip_seconds - starts_[index])), 0.0, cut.length());
    return {index, cut.start + inside, cut.speed + slope(cut) * inside};
}

double Timeline::clip_time(std::size_t cut, double source_seconds) const
{
    auto const& part = cuts_.at(cut);
    return starts_[cut] + clip_seconds(part, std::clamp(source_seconds - part.start, 0.0, part.length()));
}

} // namespace plan
