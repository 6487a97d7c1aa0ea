#include "media/picture/brushes.h"

#include <cstring>

namespace media::filters {

/// Dust that is seen for one frame, and a scratch that wanders.
static void damage(Band const& band, Moment const& moment, double part)
{
    auto const frame = moment.frame;
    auto const specks = static_cast<int>(chance(moment.seed, frame, 21) * 5 * part);
    for (int k = 0; k < specks; ++k) {
        auto const middle_y = chance(moment.seed, frame * 8 + k, 22) * band.height;
        auto const middle_x = chance(moment.seed, frame * 8 + k, 23) * band.width;
        auto const radius = band.height * (0.001 + 0.003 * chance(moment.seed, frame * 8 + k, 24));
        for (int i = 0; i < 2; ++i) {
            auto const dy = 2 * band.index + i - middle_y;
            if (std::abs(dy) >= radius) continue;
            auto const half = std::sqrt(radius * radius - dy * dy);
            auto const from = std::clamp(static_cast<int>(middle_x - half), 0, band.width);
            auto const to = std::clamp(static_cast<int>(middle_x + half), from, band.width);
            std::memset(band.y[i] + from, k % 2 == 0 ? 30 : 220, static_cast<std::size_t>(to - from));
        }
    }
    auto const second = static_cast<std::int64_t>(moment.at / 0.7);
    if (chance(moment.seed, second, 25) > 0.45 * part) return;
    auto const wander = 0.01 * std::sin(moment.at * 9);
    auto const x = static_cast<int>((0.15 + 0.7 * chance(moment.seed, second, 26) + wander) * band.width);
    for (auto* row : band.y) row[x] = static_cast<std::uint8_t>(std::min(235, row[x] + 50));
}

static Effect make(FilterValues const& values)
{
    auto const part = values.intensity;
    auto const color = static_cast<float>(1 - 0.25 * part);
    Effect effect;
    effect.view = [=](View& view, Moment const& moment) {
        // The film does not stand quite still in the gate.
        view.closer(1 + 0.02 * part);
        view.left += view.width * 0.004 * part * (chance(moment.seed, moment.frame, 1) - 0.5);
        view.top += view.height * 0.006 * part * (chance(moment.seed, moment.frame, 2) - 0.5);
    };
    effect.tone = [=](Tone& tone, Moment const& moment) {
        auto const flicker = 1 + 0.07 * part * (chance(moment.seed, moment.frame, 3) - 0.5);
        tone.map_luma([=](double y) {
            auto const t = std::clamp(y, 0.0, 1.0);
            return std::lerp(y, (0.07 + 0.86 * (t * t * (3 - 2 * t) * 0.5 + t * 0.5)) * flicker, part);
        });
        tone.map_chroma(color, 0, 0, color, static_cast<float>(-11 * part), static_cast<float>(7 * part));
    };
    effect.rows = [=](Band const& band, Moment const& moment) { damage(band, moment, part); };
    auto dark = make_filter({"vignette", {{"amount", 0.55 * part}}});
    auto grain = make_filter({"film_grain", {{"amount", values["grain"] * part}}});
    return combine({std::move(effect), std::move(dark), std::move(grain)});
}

FilterType retro_8mm()
{
    return {.name = "retro_8mm",
            .help = "Home cinema: faded warm film that flickers and trembles, with dust and scratches.",
            .params = {{"grain", 0.6, 0, 1, "of the film"}},
            .make = make};
}

} // namespace media::filters
