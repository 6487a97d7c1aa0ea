#include "studio/caption_color.h"

#include "base/json.h"
#include "plan/color.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace studio {

static constexpr double saturation_min = 0.3; // less is grey to the eye
static constexpr double share_min = 0.02;     // of the film
static constexpr double box_tint = 0.35;      // how much of the palette a box takes on

static bool uses_highlight(plan::CaptionStyle const& style)
{
    return style.motion == plan::CaptionMotion::Highlight || style.motion == plan::CaptionMotion::Pop ||
           style.motion == plan::CaptionMotion::Marker;
}

/// The same hue at full brightness, and more of it.
static plan::Rgb vivid(plan::Rgb const& color, double strength)
{
    auto const high = std::max({color.red, color.green, color.blue, 1});
    auto const part = [&](int value) {
        auto const share = static_cast<double>(value) / high;
        return static_cast<int>(std::lround(255 * std::pow(share, strength)));
    };
    return {part(color.red), part(color.green), part(color.blue)};
}

static plan::Rgb mood_color(plan::Mood mood)
{
    switch (mood) {
    case plan::Mood::Energetic: return {255, 225, 77};
    case plan::Mood::Calm: return {159, 227, 208};
    case plan::Mood::Dramatic: return {255, 122, 98};
    case plan::Mood::Dark: return {143, 184, 255};
    case plan::Mood::Bright: return {255, 210, 63};
    default: return {242, 201, 138};
    }
}

static std::optional<plan::Rgb> strongest_swatch(plan::Analysis const& analysis)
{
    std::optional<plan::Rgb> best;
    double best_weight = 0;
    for (auto const& swatch : analysis.palette) {
        auto const color = plan::parse_color(swatch.color, "analysis.palette");
        auto const weight = plan::saturation(color) * std::sqrt(std::max(0.0, swatch.share));
        if (swatch.share < share_min || plan::saturation(color) < saturation_min || weight <= best_weight) continue;
        best = color;
        best_weight = weight;
    }
    return best;
}

/// A dark box takes a tint of the film's colour, as dark as it was.
static void tint_box(plan::CaptionStyle& style, plan::Rgb const& swatch)
{
    auto const box = plan::parse_color(style.box_color, "captions.style.box_color");
    auto const luminance = plan::relative_luminance(plan::parse_color(style.color, "captions.style.color"));
    if (plan::relative_luminance(box) > 0.05) return; // a light plate stays as it is
    auto const dark = plan::mix(swatch, {0, 0, 0}, 0.8);
    style.box_color = plan::to_hex(plan::with_contrast(plan::mix(box, dark, box_tint), {luminance}));
}

std::string choose_caption_colors(plan::CaptionStyle& style, plan::Analysis const& analysis)
{
    if (!style.follow_palette || !uses_highlight(style)) return "the style's own";
    auto const swatch = strongest_swatch(analysis);
    auto const* const mood = analysis.moods.empty() ? nullptr : &analysis.moods.front().mood;
    if (!swatch && !mood) return "the style's own: the film is grey and its mood unknown";
    auto const soft =
        mood && (*mood == plan::Mood::Calm || *mood == plan::Mood::Nostalgic || *mood == plan::Mood::Dark);
    auto color = swatch ? vivid(*swatch, soft ? 1.2 : 1.8) : mood_color(*mood);
    if (soft) color = plan::mix(color, {255, 255, 255}, 0.25);
    auto const boxed = !style.box_color.empty();
    if (swatch && boxed) tint_box(style, *swatch);
    auto const behind = style.motion == plan::CaptionMotion::Marker
                            ? plan::Rgb{0, 0, 0} // the marker's own letters are dark
                            : plan::parse_color(boxed ? style.box_color : style.outline_color, "captions.style");
    style.highlight_color = plan::to_hex(plan::with_contrast(color, {plan::relative_luminance(behind)}, 6.0));
    if (swatch)
        return fmt::format("from the film's palette ({}){}", plan::to_hex(*swatch),
                           soft ? fmt::format(", softened: it is {}", base::enum_text(*mood)) : std::string());
    return fmt::format("the film is {} and has no strong colour", base::enum_text(*mood));
}

} // namespace studio
