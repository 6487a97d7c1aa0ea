#include "media/captions/backdrop.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace media {

static constexpr int step = 8;                 // chroma samples between two that are looked at
static constexpr double share_left_out = 0.02; // of the samples at each end: noise and single highlights

/// The luminance of a sample as the grey that has it, 0..255.
static int grey_of(int y, int u, int v)
{
    static std::array<float, 256> const linear = [] {
        std::array<float, 256> table{};
        for (int i = 0; i < 256; ++i)
            table[static_cast<std::size_t>(i)] = static_cast<float>(plan::relative_luminance({i, i, i}));
        return table;
    }();
    // BT.709, limited range, 16 fractional bits.
    auto const luma = 76309 * (y - 16);
    auto const channel = [](int value) { return static_cast<std::size_t>(std::clamp((value + 32768) >> 16, 0, 255)); };
    auto const red = linear[channel(luma + 117489 * (v - 128))];
    auto const green = linear[channel(luma - 13975 * (u - 128) - 34925 * (v - 128))];
    auto const blue = linear[channel(luma + 138438 * (u - 128))];
    auto const luminance = 0.2126F * red + 0.7152F * green + 0.0722F * blue;
    return static_cast<int>(std::upper_bound(linear.begin(), linear.end() - 1, luminance) - linear.begin());
}

Backdrop measure_backdrop(Picture const& picture, int left, int top, int right, int bottom)
{
    auto const luma = picture.plane(0);
    auto const u = picture.plane(1);
    auto const v = picture.plane(2);
    std::array<int, 256> counts{};
    int total = 0;
    for (int y = std::max(0, top / 2); y < std::min(bottom / 2, u.height); y += step)
        for (int x = std::max(0, left / 2); x < std::min(right / 2, u.width); x += step) {
            ++counts[static_cast<std::size_t>(grey_of(luma.row(2 * y)[2 * x], u.row(y)[x], v.row(y)[x]))];
            ++total;
        }
    auto const out = static_cast<int>(share_left_out * total);
    int low = 0;
    int high = 255;
    for (int seen = 0; low < 255 && (seen += counts[static_cast<std::size_t>(low)]) <= out;) ++low;
    for (int seen = 0; high > 0 && (seen += counts[static_cast<std::size_t>(high)]) <= out;) --high;
    if (total == 0) return {{0, 0, 0}, {255, 255, 255}};
    return {{low, low, low}, {high, high, high}};
}

Strength strength_needed(Backdrop const& backdrop, plan::Rgb const& edge, double least,
                         std::initializer_list<double> text_luminances)
{
    constexpr int steps = 16;
    auto const lowest = [&](double opacity) {
        auto low = 21.0;
        for (auto const& behind : {backdrop.dark, backdrop.bright}) {
            auto const surround = plan::relative_luminance(plan::mix(behind, edge, opacity));
            for (auto const text : text_luminances) low = std::min(low, plan::contrast(text, surround));
        }
        return low;
    };
    Strength strength{least, lowest(least)};
    for (int i = 1; i <= steps && strength.contrast < plan::contrast_wanted; ++i) {
        auto const opacity = least + (1 - least) * i / steps;
        strength = {opacity, lowest(opacity)};
    }
    return strength;
}

} // namespace media
