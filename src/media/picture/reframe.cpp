#include "media/picture/reframe.h"

#include <algorithm>
#include <cmath>

namespace media {

static constexpr int weight_bits = 14;
static constexpr int row_bits = 6; // fractional bits of the rows between the two passes
static constexpr int taps_max = 256;

/// Catmull-Rom cubic (Keys 1981, a = -1/2).
static double kernel(double x)
{
    x = std::abs(x);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
    return 0;
}

Reframer::Taps Reframer::make_taps(Axis const& axis)
{
    auto const ratio = axis.length / axis.target;
    auto const widen = std::max(1.0, ratio);
    Taps taps;
    taps.count = std::min(taps_max, static_cast<int>(std::ceil(4 * widen)));
    taps.first.resize(static_cast<std::size_t>(axis.target));
    taps.weights.resize(static_cast<std::size_t>(axis.target) * static_cast<std::size_t>(taps.count));
    std::vector<double> exact(static_cast<std::size_t>(taps.count));
    for (int i = 0; i < axis.target; ++i) {
        auto const position = axis.mirror ? axis.target - 1 - i : i;
        auto const center = axis.start + (position + 0.5) * ratio - 0.5;
        // Weights of samples outside the picture go to the sample at its edge.
        auto const begin = static_cast<int>(std::floor(center - 2 * widen)) + 1;
        auto const first = std::clamp(begin, 0, std::max(0, axis.source - taps.count));
        std::fill(exact.begin(), exact.end(), 0.0);
        double sum = 0;
        for (int k = 0; k < taps.count; ++k) {
            auto const weight = kernel((begin + k - center) / widen);
            auto const sample = std::clamp(begin + k, 0, axis.source - 1);
            exact[static_cast<std::size_t>(std::clamp(sample - first, 0, taps.count - 1))] += weight;
            sum += weight;
        }
        auto* weights = &taps.weights[static_cast<std::size_t>(i) * exact.size()];
        int total = 0;
        int largest = 0;
        for (int k = 0; k < taps.count; ++k) {
            weights[k] =
                static_cast<std::int16_t>(std::lround(exact[static_cast<std::size_t>(k)] / sum * (1 << weight_bits)));
            total += weights[k];
            if (weights[k] > weights[largest]) largest = k;
        }
        weights[largest] =
            static_cast<std::int16_t>(weights[largest] + (1 << weight_bits) - total); // flat areas stay flat
        taps.first[static_cast<std::size_t>(i)] = first;
    }
    return taps;
}

template <int Count>
static void row_across(std::uint8_t const* source, int const* first, std::int16_t const* weights, int count, int width,
                       std::int16_t* out)
{
    constexpr int shift = weight_bits - row_bits;
    auto const taps = Count > 0 ? Count : count;
    for (int x = 0; x < width; ++x) {
        auto const* samples = source + first[x];
        auto const* row = weights + static_cast<std::ptrdiff_t>(x) * taps;
        int sum = 1 << (shift - 1);
        for (int k = 0; k < taps; ++k) sum += samples[k] * row[k];
        out[x] = static_cast<std::int16_t>(sum >> shift);
    }
}

void Reframer::rows_across(Plane const& source, Taps const& taps, int first_row, int row_count, int width)
{
    rows_.resize(static_cast<std::size_t>(row_count) * static_cast<std::size_t>(width));
    for (int i = 0; i < row_count; ++i) {
        auto* out = rows_.data() + static_cast<std::ptrdiff_t>(i) * width;
        auto const* in = source.row(first_row + i);
        if (taps.count == 4)
            row_across<4>(in, taps.first.data(), taps.weights.data(), 4, width, out);
        else
            row_across<0>(in, taps.first.data(), taps.weights.data(), taps.count, width, out);
    }
}

/// One target row from `count` rows; the compiler turns this into vector code.
static void row_down(std::int16_t const* rows, int stride, std::int16_t const* weights, int count, int width,
                     std::uint8_t* out)
{
    constexpr int shift = weight_bits + row_bits;
    constexpr int block = 64;
    for (int x = 0; x < width; x += block) {
        int sums[block];
        auto const size = std::min(block, width - x);
        for (auto& sum : sums) sum = 1 << (shift - 1);
        for (int k = 0; k < count; ++k) {
            auto const* row = rows + static_cast<std::ptrdiff_t>(k) * stride + x;
            int const weight = weights[k];
            for (int i = 0; i < size; ++i) sums[i] += row[i] * weight;
        }
        for (int i = 0; i < size; ++i) out[x + i] = static_cast<std::uint8_t>(std::clamp(sums[i] >> shift, 0, 255));
    }
}

void Reframer::plane(Plane const& source, Plane const& target, Axis const& x, Axis const& y, PlaneTables& tables)
{
    if (!(tables.x_axis == x)) {
        tables.x = make_taps(x);
        tables.x_axis = x;
    }
    if (!(tables.y_axis == y)) {
        tables.y = make_taps(y);
        tables.y_axis = y;
    }
    // Sources narrower than the kernel: the weights beyond the picture are zero, but must not be read.
    auto across = tables.x;
    if (across.count > x.source) {
        across.count = x.source;
        across.weights.clear();
        for (int i = 0; i < x.target; ++i)
            for (int k = 0; k < x.source; ++k)
                across.weights.push_back(
                    tables.x.weights[static_cast<std::size_t>(i) * static_cast<std::size_t>(tables.x.count) +
                                     static_cast<std::size_t>(k)]);
    }
    auto const taps_down = std::min(tables.y.count, y.source);
    auto const first_row = *std::min_element(tables.y.first.begin(), tables.y.first.end());
    auto const last_row = *std::max_element(tables.y.first.begin(), tables.y.first.end()) + taps_down;
    rows_across(source, across, first_row, last_row - first_row, target.width);
    for (int row = 0; row < target.height; ++row) {
        auto const index = static_cast<std::size_t>(row);
        auto const* rows = rows_.data() + static_cast<std::ptrdiff_t>(tables.y.first[index] - first_row) * target.width;
        row_down(rows, target.width, &tables.y.weights[index * static_cast<std::size_t>(tables.y.count)], taps_down,
                 target.width, target.row(row));
    }
}

void Reframer::run(Picture const& source, View const& view, Picture& target, Box const& box)
{
    for (int i = 0; i < 3; ++i) {
        auto const from = source.plane(i);
        auto to = target.plane(i);
        auto const part = i == 0 ? 1 : 2;
        to = {to.row(box.top / part) + box.left / part, box.width / part, box.height / part, to.stride};
        Axis const x{view.left / part, view.width / part, from.width, to.width, view.mirror};
        Axis const y{view.top / part, view.height / part, from.height, to.height, false};
        plane(from, to, x, y, i == 0 ? luma_ : chroma_);
    }
}

} // namespace media
