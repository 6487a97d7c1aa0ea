#include "media/filter.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace media::filters {

namespace {

/// The printer's screen: where a dot begins at which lightness, for a tile of cells at 45 degrees.
class Screen {
public:
    Screen(int cell, double part) : cell_(cell), part_(static_cast<int>(std::lround(part * 256)))
    {
        auto const turn = 2 * std::numbers::pi / cell;
        for (int y = 0; y < cell; ++y)
            for (int x = 0; x < cell; ++x) {
                auto const height = (std::cos(x * turn) + std::cos(y * turn)) / 4 + 0.5; // 0..1, two dots a tile
                thresholds_.push_back(static_cast<std::int16_t>(std::lround(16 + 219 * (0.04 + 0.92 * height))));
            }
    }

    void operator()(Band const& band)
    {
        for (int i = 0; i < 2; ++i) {
            auto const* line = &thresholds_[static_cast<std::size_t>((2 * band.index + i) % cell_ * cell_)];
            row_.resize(static_cast<std::size_t>(band.width));
            for (int x = 0; x < band.width; x += cell_)
                std::copy_n(line, std::min(cell_, band.width - x), row_.data() + x);
            print(band.y[i], row_.data(), band.width, part_);
        }
    }

private:
    static void print(std::uint8_t* __restrict row, std::int16_t const* __restrict thresholds, int width, int part)
    {
        for (int x = 0; x < width; ++x) {
            // Steep but not endless: an edge of three or four samples looks smooth.
            auto const ink = std::clamp(126 + (row[x] - thresholds[x]) * 6, 24, 228);
            row[x] = static_cast<std::uint8_t>(row[x] + (((ink - row[x]) * part) >> 8));
        }
    }

    int cell_;
    int part_;
    std::vector<std::int16_t> thresholds_;
    std::vector<std::int16_t> row_;
};

} // namespace

static Effect make(FilterValues const& values)
{
    auto const screen = std::make_shared<Screen>(static_cast<int>(std::lround(values["cell"])), values.intensity);
    auto const color = static_cast<float>(1 - (1 - values["color"]) * values.intensity);
    return {.tone = [=](Tone& tone, Moment const&) { tone.map_chroma(color, 0, 0, color); },
            .rows = [screen](Band const& band, Moment const&) { (*screen)(band); }};
}

FilterType halftone()
{
    return {.name = "halftone",
            .help = "Printed dots, as in a newspaper.",
            .params = {{"cell", 14, 6, 64, "samples from dot to dot"},
                       {"color", 0.7, 0, 1, "how much colour stays; 0 is black and white"}},
            .make = make};
}

} // namespace media::filters
