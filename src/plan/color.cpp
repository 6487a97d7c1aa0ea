#include "plan/color.h"

#include "base/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace plan {

Rgb parse_color(std::string_view text, std::string_view field)
{
    unsigned value = 0;
    auto const digits = text.substr(std::min<std::size_t>(1, text.size()));
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (text.size() != 7 || text[0] != '#' || error != std::errc{} || end != digits.data() + digits.size())
        base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is not a colour like #ffe14d", field, text);
    return {static_cast<int>(value >> 16U), static_cast<int>(value >> 8U & 0xFFU), static_cast<int>(value & 0xFFU)};
}

std::string to_hex(Rgb const& color) { return fmt::format("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue); }

double relative_luminance(Rgb const& color)
{
    auto const linear = [](int value) {
        auto const part = std::clamp(value, 0, 255) / 255.0;
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

double contrast(double luminance, double other)
{
    return (std::max(luminance, other) + 0.05) / (std::min(luminance, other) + 0.05);
}

Rgb mix(Rgb const& from, Rgb const& to, double share)
{
    auto const part = [&](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * share)); };
    return {part(from.red, to.red), part(from.green, to.green), part(from.blue, to.blue)};
}

Rgb with_contrast(Rgb const& color, std::initializer_list<double> luminances, double wanted)
{
    constexpr int steps = 20;
    auto const lowest = [&](Rgb const& candidate) {
        auto low = 21.0;
        for (auto const luminance : luminances) low = std::min(low, contrast(relative_luminance(candidate), luminance));
        return low;
    };
    for (int step = 0; step <= steps; ++step)
        for (auto const& end : {Rgb{0, 0, 0}, Rgb{255, 255, 255}})
            if (auto const candidate = mix(color, end, static_cast<double>(step) / steps); lowest(candidate) >= wanted)
                return candidate;
    return lowest({0, 0, 0}) >= lowest({255, 255, 255}) ? Rgb{0, 0, 0} : Rgb{255, 255, 255};
}

double saturation(Rgb const& color)
{
    auto const [low, high] = std::minmax({color.red, color.green, color.blue});
    return high == 0 ? 0 : static_cast<double>(high - low) / high;
}

} // namespace plan
