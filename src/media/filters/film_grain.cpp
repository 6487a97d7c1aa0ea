#include "media/filter.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

namespace media::filters {

static constexpr int tile_side = 512; // a power of two
static constexpr double strength = 24;

/// Noise near to a bell curve, two samples wide as grain is (finer noise would only cost bits), made once; each frame
/// looks at it from another place, so no two frames show the same grain.
static std::vector<std::int8_t> make_tile(double amount)
{
    constexpr int half = tile_side / 2;
    std::mt19937 engine(1965); // fixed: the same grain on every machine, moved by the plan's seed
    std::vector<double> coarse(static_cast<std::size_t>(half) * half);
    for (auto& value : coarse)
        for (int i = 0; i < 4; ++i) value += static_cast<double>(engine()) * 0x1.0p-32 - 0.5;
    auto const at = [&](int x, int y) {
        return coarse[static_cast<std::size_t>(y & (half - 1)) * half + static_cast<std::size_t>(x & (half - 1))];
    };
    std::vector<std::int8_t> tile(static_cast<std::size_t>(tile_side) * tile_side);
    for (int y = 0; y < tile_side; ++y)
        for (int x = 0; x < tile_side; ++x) {
            auto const mean =
                (at(x / 2, y / 2) + at((x + 1) / 2, y / 2) + at(x / 2, (y + 1) / 2) + at((x + 1) / 2, (y + 1) / 2)) / 4;
            tile[static_cast<std::size_t>(y) * tile_side + static_cast<std::size_t>(x)] =
                static_cast<std::int8_t>(std::clamp(std::lround(mean * amount * strength), -100L, 100L));
        }
    return tile;
}

static std::uint64_t mix(std::uint64_t value)
{
    // splitmix64 (Steele, Lea, Flood 2014)
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31U);
}

static Effect make(ParamValues const& values)
{
    auto const tile = std::make_shared<std::vector<std::int8_t>>(make_tile(values.find("amount")->second));
    return {.picture = [=](Picture& picture, Moment const& moment) {
        auto const luma = picture.plane(0);
        auto const place = mix(moment.seed ^ mix(static_cast<std::uint64_t>(moment.frame)));
        auto const shift_x = static_cast<int>(place % tile_side);
        auto const shift_y = static_cast<int>(place / tile_side % tile_side);
        for (int y = 0; y < luma.height; ++y) {
            auto* row = luma.row(y);
            auto const* grain = &(*tile)[static_cast<std::size_t>((y + shift_y) & (tile_side - 1)) * tile_side];
            for (int x = 0; x < luma.width; ++x)
                row[x] =
                    static_cast<std::uint8_t>(std::clamp(row[x] + grain[(x + shift_x) & (tile_side - 1)], 16, 235));
        }
    }};
}

FilterType film_grain()
{
    return {.name = "film_grain",
            .help = "Fine moving grain, as of film.",
            .params = {{"amount", 0.3, 0, 1, "0 does nothing, 1 is coarse"}},
            .make = make};
}

} // namespace media::filters
