#include "media/analysis/mood.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace media::analysis {

static double mean(std::vector<double> const& values)
{
    return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// 0 at `low`, 1 at `high`, even in between; `high` may be the smaller one.
static double ramp(double value, double low, double high) { return std::clamp((value - low) / (high - low), 0.0, 1.0); }

/// Range of the louder and the quieter parts of the sound, 0..1.
static double dynamics(plan::Curve const& energy)
{
    if (energy.values.size() < 4) return 0;
    auto sorted = energy.values;
    std::sort(sorted.begin(), sorted.end());
    auto const at = [&](double share) { return sorted[static_cast<std::size_t>(share * double(sorted.size() - 1))]; };
    return std::clamp(at(0.95) - at(0.2), 0.0, 1.0);
}

std::vector<plan::MoodScore> judge_moods(plan::Analysis const& analysis, MoodSignals const& signals)
{
    if (!analysis.media.video) return {};
    auto const motion = mean(analysis.motion.values);
    auto const brightness = mean(analysis.brightness.values);
    auto const minutes = std::max(analysis.media.duration_seconds, 1.0) / 60;
    auto const cuts = static_cast<double>(analysis.shots.size() - std::min<std::size_t>(1, analysis.shots.size()));
    auto const cut_rate = cuts / minutes;
    auto const tempo = analysis.beats.size() > 2 ? 60 * static_cast<double>(analysis.beats.size() - 1) /
                                                       (analysis.beats.back() - analysis.beats.front())
                                                 : 0;
    auto const lively = std::max({ramp(motion, 0.01, 0.07), ramp(cut_rate, 4, 30), ramp(tempo, 90, 140)});
    auto const swing = dynamics(analysis.audio_energy);
    auto const dim = ramp(brightness, 0.42, 0.18);
    auto const light = ramp(brightness, 0.45, 0.68);
    auto const pale = ramp(signals.saturation, 0.16, 0.05);
    auto const warm = ramp(signals.warmth, 0.0, 0.12);
    std::vector<plan::MoodScore> moods{
        {plan::Mood::Energetic, lively,
         fmt::format("motion {:.3f}, {:.1f} cuts a minute{}", motion, cut_rate,
                     tempo > 0 ? fmt::format(", {:.0f} beats a minute", tempo) : "")},
        {plan::Mood::Calm, (1 - lively) * (0.6 + 0.4 * (1 - ramp(swing, 0.05, 0.3))),
         fmt::format("motion {:.3f}, {:.1f} cuts a minute, sound level varies by {:.2f}", motion, cut_rate, swing)},
        {plan::Mood::Dramatic, 0.5 * ramp(signals.contrast, 0.18, 0.32) + 0.3 * ramp(swing, 0.08, 0.35) + 0.2 * dim,
         fmt::format("contrast {:.2f}, sound level varies by {:.2f}, brightness {:.2f}", signals.contrast, swing,
                     brightness)},
        {plan::Mood::Dark, dim, fmt::format("brightness {:.2f}", brightness)},
        {plan::Mood::Bright, light * (0.6 + 0.4 * ramp(signals.saturation, 0.05, 0.2)),
         fmt::format("brightness {:.2f}, saturation {:.2f}", brightness, signals.saturation)},
        {plan::Mood::Nostalgic, (0.5 * pale + 0.5 * warm) * (1 - 0.5 * lively),
         fmt::format("saturation {:.2f}, warmth {:.2f}", signals.saturation, signals.warmth)}};
    std::stable_sort(moods.begin(), moods.end(), [](auto const& a, auto const& b) { return a.score > b.score; });
    return moods;
}

} // namespace media::analysis
