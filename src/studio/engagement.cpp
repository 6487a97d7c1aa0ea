#include "studio/engagement.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace studio {

static constexpr double motion_weight = 0.3;
static constexpr double sound_weight = 0.3;
static constexpr double speech_weight = 0.2;
static constexpr double face_weight = 0.12;
static constexpr double sharp_weight = 0.08;
static constexpr double dark_below = 0.04; // of brightness: nothing can be seen
static constexpr double silence_seconds_min = 0.7;
static constexpr double breath_seconds = 0.15; // stays on both sides of a dropped silence
static constexpr double dull_against_median = 0.3;
static constexpr double dull_seconds_min = 2;
static constexpr double sentence_pause_seconds = 0.5;

/// The 95th percentile, so that one loud moment does not flatten the rest.
static double high_quantile(std::vector<double> values)
{
    if (values.empty()) return 0;
    auto const at = static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

/// A curve's value at a moment, against its own high quantile; 0 where it was not measured.
static double relative(plan::Curve const& curve, double high, double at)
{
    auto const index = static_cast<std::size_t>(at / std::max(0.05, curve.step_seconds));
    return high > 0 && index < curve.values.size() ? std::min(1.2, curve.values[index] / high) : 0;
}

static bool inside(std::vector<plan::Span> const& spans, double at)
{
    auto const next = std::upper_bound(spans.begin(), spans.end(), at,
                                       [](double value, plan::Span const& span) { return value < span.start; });
    return next != spans.begin() && at < std::prev(next)->end;
}

static bool has_face(std::vector<plan::Face> const& faces, double start, double end)
{
    auto const first = std::lower_bound(faces.begin(), faces.end(), start,
                                        [](plan::Face const& face, double value) { return face.at < value; });
    return first != faces.end() && first->at < end;
}

double Engagement::mean(double start, double end) const
{
    if (values.empty()) return 0;
    auto const first = std::min(values.size() - 1, static_cast<std::size_t>(std::max(0.0, start) / step_seconds));
    auto const last = std::clamp(static_cast<std::size_t>(std::ceil(end / step_seconds)), first + 1, values.size());
    double sum = 0;
    for (auto i = first; i < last; ++i) sum += values[i];
    return sum / static_cast<double>(last - first);
}

Engagement rate_engagement(plan::Analysis const& analysis)
{
    Engagement engagement;
    engagement.step_seconds =
        analysis.motion.values.empty() ? analysis.audio_energy.step_seconds : analysis.motion.step_seconds;
    auto const step = engagement.step_seconds = std::max(0.05, engagement.step_seconds);
    auto const steps = static_cast<std::size_t>(std::ceil(analysis.media.duration_seconds / step));
    auto const motion = high_quantile(analysis.motion.values);
    auto const sound = high_quantile(analysis.audio_energy.values);
    for (std::size_t i = 0; i < steps; ++i) {
        auto const at = static_cast<double>(i) * step;
        auto value = motion_weight * relative(analysis.motion, motion, at) +
                     sound_weight * relative(analysis.audio_energy, sound, at);
        if (inside(analysis.speech, at + step / 2)) value += speech_weight;
        if (has_face(analysis.faces, at, at + step)) value += face_weight;
        value += sharp_weight * relative(analysis.sharpness, 1, at);
        auto const& brightness = analysis.brightness;
        if (!brightness.values.empty() && relative(brightness, 1, at) < dark_below) value *= 0.3;
        engagement.values.push_back(std::min(1.0, value));
    }
    if (!engagement.values.empty()) {
        auto sorted = engagement.values;
        auto const middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        engagement.median = *middle;
    }
    return engagement;
}

std::vector<Boundary> find_boundaries(plan::Analysis const& analysis, std::vector<plan::Word> const& words)
{
    std::vector<Boundary> boundaries;
    for (auto const& shot : analysis.shots)
        if (shot.start > 0) boundaries.push_back({shot.start, BoundaryKind::Shot});
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        auto const pause = words[i + 1].start - words[i].end;
        auto const stop =
            !words[i].text.empty() && std::string_view(".!?").find(words[i].text.back()) != std::string_view::npos;
        if (stop || pause >= sentence_pause_seconds)
            boundaries.push_back({words[i].end + std::min(pause / 2, breath_seconds), BoundaryKind::Sentence});
    }
    for (std::size_t i = 0; i < analysis.speech.size(); ++i) {
        auto const end =
            i + 1 < analysis.speech.size() ? analysis.speech[i + 1].start : analysis.media.duration_seconds;
        boundaries.push_back({(analysis.speech[i].end + std::min(end, analysis.speech[i].end + 2 * breath_seconds)) / 2,
                              BoundaryKind::Breath});
        boundaries.push_back({std::max(0.0, analysis.speech[i].start - breath_seconds / 2), BoundaryKind::Breath});
    }
    std::erase_if(boundaries, [&](Boundary const& boundary) { return boundary.at >= analysis.media.duration_seconds; });
    std::sort(boundaries.begin(), boundaries.end(), [](Boundary const& a, Boundary const& b) { return a.at < b.at; });
    return boundaries;
}

std::vector<DeadPart> find_dead_parts(plan::Analysis const& analysis, Engagement const& engagement)
{
    auto const duration = analysis.media.duration_seconds;
    std::vector<DeadPart> parts;
    if (!analysis.speech.empty())
        for (auto const& silence : analysis.silences) {
            if (silence.length() < silence_seconds_min) continue;
            plan::Span const span{silence.start <= 0 ? 0 : silence.start + breath_seconds,
                                  silence.end >= duration - 0.05 ? duration : silence.end - breath_seconds};
            parts.push_back({span, fmt::format("{:.1f} s of silence", silence.length())});
        }
    auto const dull = dull_against_median * engagement.median;
    double start = -1;
    for (std::size_t i = 0; i <= engagement.values.size(); ++i) {
        auto const at = std::min(duration, static_cast<double>(i) * engagement.step_seconds);
        auto const is_dull = i < engagement.values.size() && engagement.values[i] < dull &&
                             !inside(analysis.speech, at + engagement.step_seconds / 2);
        if (is_dull && start < 0) start = at;
        if (is_dull || start < 0) continue;
        if (at - start >= dull_seconds_min)
            parts.push_back({{start, at}, fmt::format("{:.1f} s in which little happens", at - start)});
        start = -1;
    }
    std::sort(parts.begin(), parts.end(), [](auto const& a, auto const& b) { return a.span.start < b.span.start; });
    std::vector<DeadPart> merged;
    for (auto const& part : parts) {
        if (part.span.length() <= 0) continue;
        if (!merged.empty() && part.span.start <= merged.back().span.end)
            merged.back().span.end = std::max(merged.back().span.end, part.span.end);
        else
            merged.push_back(part);
    }
    return merged;
}

} // namespace studio
