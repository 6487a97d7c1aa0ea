#include "media/analysis/palette.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace media::analysis {

static constexpr std::size_t swatches_max = 6;
static constexpr double same_color = 36; // distance in YUV
static constexpr double share_min = 0.02;

void PaletteMeter::add(std::uint8_t const* const planes[3], int const strides[3])
{
    for (int row = 0; row < look_height; ++row) {
        for (int column = 0; column < look_width; ++column) {
            auto const y = planes[0][row * strides[0] + column];
            auto const u = planes[1][row * strides[1] + column];
            auto const v = planes[2][row * strides[2] + column];
            auto& bin = bins_[static_cast<std::size_t>((y / 32 * bins + u / 32) * bins + v / 32)];
            bin.count += 1;
            bin.y += y;
            bin.u += u;
            bin.v += v;
            count_ += 1;
            luma_ += y;
            luma_squares_ += static_cast<double>(y) * y;
            chroma_ += std::hypot(u - 128, v - 128);
            warm_ += (v - u) / 2.0;
        }
    }
}

static std::string color_of(double y, double u, double v)
{
    auto const luma = 1.164 * (y - 16);
    auto const byte = [](double value) { return static_cast<int>(std::lround(std::clamp(value, 0.0, 255.0))); };
    return fmt::format("#{:02x}{:02x}{:02x}", byte(luma + 1.793 * (v - 128)),
                       byte(luma - 0.213 * (u - 128) - 0.533 * (v - 128)), byte(luma + 2.112 * (u - 128)));
}

std::vector<plan::Swatch> PaletteMeter::finish() const
{
    std::vector<Bin> merged;
    auto sorted = std::vector<Bin>(bins_.begin(), bins_.end());
    std::sort(sorted.begin(), sorted.end(), [](Bin const& a, Bin const& b) { return a.count > b.count; });
    for (auto const& bin : sorted) {
        if (bin.count <= 0) break;
        auto const near = std::find_if(merged.begin(), merged.end(), [&](Bin const& other) {
            return std::hypot(bin.y / bin.count - other.y / other.count, bin.u / bin.count - other.u / other.count,
                              bin.v / bin.count - other.v / other.count) < same_color;
        });
        if (near == merged.end()) {
            merged.push_back(bin);
            continue;
        }
        near->count += bin.count;
        near->y += bin.y;
        near->u += bin.u;
        near->v += bin.v;
    }
    std::sort(merged.begin(), merged.end(), [](Bin const& a, Bin const& b) { return a.count > b.count; });
    std::vector<plan::Swatch> swatches;
    for (auto const& bin : merged) {
        if (swatches.size() == swatches_max || bin.count < share_min * count_) break;
        swatches.push_back({color_of(bin.y / bin.count, bin.u / bin.count, bin.v / bin.count), bin.count / count_});
    }
    return swatches;
}

double PaletteMeter::saturation() const { return count_ > 0 ? chroma_ / count_ / 112 : 0; }

double PaletteMeter::warmth() const { return count_ > 0 ? warm_ / count_ / 112 : 0; }

double PaletteMeter::contrast() const
{
    if (count_ <= 0) return 0;
    auto const mean = luma_ / count_;
    return std::sqrt(std::max(0.0, luma_squares_ / count_ - mean * mean)) / 219;
}

} // namespace media::analysis
