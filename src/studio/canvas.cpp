#include "studio/canvas.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace studio {

static constexpr int source_side_max = 2160;

namespace {

struct Aspect {
    std::string_view name;
    int width;
    int height;
};
constexpr std::array<Aspect, 4> aspects{
    {{"9:16", 1080, 1920}, {"1:1", 1080, 1080}, {"4:5", 1080, 1350}, {"16:9", 1920, 1080}}};

struct Rate {
    int numerator;
    int denominator;
};
constexpr std::array<Rate, 8> rates{
    {{24000, 1001}, {24, 1}, {25, 1}, {30000, 1001}, {30, 1}, {50, 1}, {60000, 1001}, {60, 1}}};

} // namespace

/// The source's own rate where a platform takes it; 30 for what is variable, slower than film or unknown.
static Rate choose_rate(plan::VideoStream const& source)
{
    auto const fps = source.frames_per_second;
    if (source.variable_frame_rate || fps < 23) return {30, 1};
    auto const* best = &rates.back();
    for (auto const& rate : rates)
        if (std::abs(static_cast<double>(rate.numerator) / rate.denominator - fps) <
            std::abs(static_cast<double>(best->numerator) / best->denominator - fps))
            best = &rate;
    return *best;
}

plan::Canvas choose_canvas(std::string_view aspect, plan::VideoStream const& source)
{
    auto const [numerator, denominator] = choose_rate(source);
    for (auto const& known : aspects)
        if (known.name == aspect) return {known.width, known.height, numerator, denominator};
    if (aspect != "source")
        base::fail(base::ErrorCode::InvalidInput, "aspect: '{}' is none of 9:16, 1:1, 4:5, 16:9, source", aspect);
    auto const scale =
        std::min(1.0, static_cast<double>(source_side_max) / std::max(1, std::min(source.width, source.height)));
    auto const even = [&](int side) { return std::max(16, static_cast<int>(std::lround(side * scale / 2)) * 2); };
    return {even(source.width), even(source.height), numerator, denominator};
}

} // namespace studio
