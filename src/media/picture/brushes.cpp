#include "media/picture/brushes.h"

#include <cstring>
#include <random>

namespace media {

static constexpr int tile_side = 512; // a power of two
static constexpr double grain_strength = 24;

static std::uint64_t mix(std::uint64_t value)
{
    // splitmix64 (Steele, Lea, Flood 2014)
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31U);
}

double chance(std::uint64_t seed, std::int64_t count, std::uint64_t purpose)
{
    return static_cast<double>(mix(seed ^ mix(static_cast<std::uint64_t>(count) ^ mix(purpose))) >> 11U) * 0x1.0p-53;
}

Grain::Grain(double amount) : tile_(static_cast<std::size_t>(tile_side) * tile_side)
{
    constexpr int half = tile_side / 2;
    std::mt19937 engine(1965); // fixed: the same grain on every machine, moved by the plan's seed
    std::vector<double> coarse(static_cast<std::size_t>(half) * half);
    for (auto& value : coarse)
        for (int i = 0; i < 4; ++i) value += static_cast<double>(engine()) * 0x1.0p-32 - 0.5;
    auto const at = [&](int x, int y) {
        return coarse[static_cast<std::size_t>(y & (half - 1)) * half + static_cast<std::size_t>(x & (half - 1))];
    };
    for (int y = 0; y < tile_side; ++y)
        for (int x = 0; x < tile_side; ++x) {
            auto const mean =
                (at(x / 2, y / 2) + at((x + 1) / 2, y / 2) + at(x / 2, (y + 1) / 2) + at((x + 1) / 2, (y + 1) / 2)) / 4;
            tile_[static_cast<std::size_t>(y) * tile_side + static_cast<std::size_t>(x)] =
                static_cast<std::int8_t>(std::clamp(std::lround(mean * amount * grain_strength), -100L, 100L));
        }
}

void Grain::operator()(Band const& band, Moment const& moment) const
{
    auto const place = mix(moment.seed ^ mix(static_cast<std::uint64_t>(moment.frame)));
    auto const shift_x = static_cast<int>(place % tile_side);
    auto const shift_y = static_cast<int>(place / tile_side % tile_side);
    for (int i = 0; i < 2; ++i) {
        auto const y = (2 * band.index + i + shift_y) & (tile_side - 1);
        auto const* line = &tile_[static_cast<std::size_t>(y) * tile_side];
        auto from = shift_x;
        for (int x = 0; x < band.width; from = 0) {
            auto const count = std::min(tile_side - from, band.width - x);
            kernels::add_signed(band.y[i] + x, count, line + from);
            x += count;
        }
    }
}

Vignette::Vignette(double amount) : amount_(amount) {}

/// 0 in the middle, 1 in a corner; each direction's half of it, of 32767.
static std::int16_t half_square(int position, int length)
{
    auto const distance = (position + 0.5) / length * 2 - 1;
    return static_cast<std::int16_t>(std::lround(distance * distance / 2 * 32766));
}

void Vignette::operator()(Band const& band)
{
    if (squares_.size() != static_cast<std::size_t>(band.width)) {
        squares_.clear();
        for (int x = 0; x < band.width; ++x) squares_.push_back(half_square(x, band.width));
    }
    auto const share = [](double part) { return static_cast<std::int16_t>(std::lround(part * 32767)); };
    for (int i = 0; i < 2; ++i)
        kernels::darken(band.y[i], band.width, squares_.data(),
                        {half_square(2 * band.index + i, band.height), share(amount_ * 0.1), share(amount_ * 0.9)});
}

void ChromaByLuma::operator()(Band const& band)
{
    auto const width = band.width / 2;
    mean_.resize(static_cast<std::size_t>(width));
    kernels::halve_mask(band.y[0], band.y[1], width, mean_.data());
    for (auto const& [table, row] : {std::pair{&u_, band.u}, std::pair{&v_, band.v}}) {
        added_ = mean_;
        kernels::map_bytes(added_.data(), width, reinterpret_cast<std::uint8_t const*>(table->data()));
        kernels::add_signed(row, width, reinterpret_cast<std::int8_t const*>(added_.data()));
    }
}

static void refine(Plane const& plane, kernels::Neighbourhood const& how)
{
    auto const stride = static_cast<std::size_t>(plane.width) + 2;
    // The rows as they were before: above, here, below; each with a sample more at either end.
    std::vector<std::uint8_t> lines(3 * stride);
    auto const line = [&](int y) { return lines.data() + static_cast<std::size_t>((y + 3) % 3) * stride + 1; };
    auto const keep = [&](int y) {
        auto* to = line(y);
        auto const* from = plane.row(std::clamp(y, 0, plane.height - 1));
        std::memcpy(to, from, static_cast<std::size_t>(plane.width));
        to[-1] = from[0];
        to[plane.width] = from[plane.width - 1];
    };
    keep(-1);
    keep(0);
    for (int y = 0; y < plane.height; ++y) {
        if (y + 1 < plane.height)
            keep(y + 1);
        else
            std::memcpy(line(y + 1) - 1, line(y) - 1, stride);
        kernels::refine(line(y - 1), line(y), line(y + 1), plane.width, how, plane.row(y));
    }
}

void refine(Picture& picture, kernels::Neighbourhood const& luma, kernels::Neighbourhood const& chroma)
{
    for (int i = 0; i < 3; ++i) {
        auto const& how = i == 0 ? luma : chroma;
        if (how.smooth > 0 || how.sharpen > 0) refine(picture.plane(i), how);
    }
}

} // namespace media
