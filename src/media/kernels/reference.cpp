#include "media/kernels/reference.h"

#include <algorithm>
#include <cstdlib>

namespace media::kernels::reference {

static Short saturated(int value) { return static_cast<Short>(std::clamp(value, -32768, 32767)); }
static Byte byte(int value, int low = 0, int high = 255) { return static_cast<Byte>(std::clamp(value, low, high)); }

void resample_across(Byte const* source, AcrossTaps const& taps, int begin, int width, Short* out)
{
    auto const stride = padded(width) * 2;
    for (int x = begin; x < width; ++x) {
        auto const* samples = source + taps.first[static_cast<std::size_t>(x)];
        int sum = 1 << (weight_bits - row_bits - 1);
        for (int group = 0; group < taps.groups; ++group, samples += 4) {
            auto const* even = taps.even.data() + group * stride + x * 2;
            auto const* odd = taps.odd.data() + group * stride + x * 2;
            sum += samples[0] * even[0] + samples[2] * even[1] + samples[1] * odd[0] + samples[3] * odd[1];
        }
        out[x] = saturated(sum >> (weight_bits - row_bits));
    }
}

void resample_down(std::span<Short const* const> rows, Short const* weights, int begin, int width, Byte* out)
{
    for (int x = begin; x < width; ++x) {
        int sum = 0;
        if (rows.size() <= rounded_rows_max) {
            // In 16 bits: (7 + 14 - 15) = 6 fractional bits are left.
            for (std::size_t k = 0; k < rows.size(); ++k) sum = saturated(sum + multiply(rows[k][x], weights[k]));
            out[x] = byte(saturated(sum + 32) >> 6);
        } else {
            for (std::size_t k = 0; k < rows.size(); ++k) sum += rows[k][x] * weights[k];
            out[x] = byte((sum + (1 << 20)) >> 21);
        }
    }
}

void map_bytes(Byte* row, int begin, int width, Byte const* table)
{
    for (int x = begin; x < width; ++x) row[x] = table[row[x]];
}

void mix_chroma(Byte* u, Byte* v, int begin, int width, ChromaMatrix const& matrix)
{
    for (int x = begin; x < width; ++x) {
        auto const a = (u[x] - 128) * 128;
        auto const b = (v[x] - 128) * 128;
        auto const mixed = [&](int of_u, int of_v, int add) {
            auto const sum = saturated(multiply(a, of_u) + multiply(b, of_v));
            return byte((saturated(saturated(sum + add) + 8) >> 4) + 128, 16, 240);
        };
        u[x] = mixed(matrix.uu, matrix.uv, matrix.u_add);
        v[x] = mixed(matrix.vu, matrix.vv, matrix.v_add);
    }
}

void darken(Byte* row, int begin, int width, Short const* squares, Falloff const& falloff)
{
    for (int x = begin; x < width; ++x) {
        auto const distance = saturated(squares[x] + falloff.square);
        auto const loss =
            saturated(multiply(distance, falloff.linear) + multiply(multiply(distance, distance), falloff.quadratic));
        row[x] = byte(row[x] - ((multiply((row[x] - 16) * 128, loss) + 64) >> 7));
    }
}

void add_signed(Byte* row, int begin, int width, std::int8_t const* values)
{
    for (int x = begin; x < width; ++x) row[x] = byte(row[x] + values[x], 16, 235);
}

void blend(Byte* row, int begin, int width, Byte const* color, Byte const* alpha, int opacity)
{
    for (int x = begin; x < width; ++x) {
        // Rounded up, so that colour and rest together stay within a byte.
        auto const covered = (alpha[x] * opacity + 255) >> 8;
        row[x] = byte(((color[x] * opacity) >> 8) + by_255(row[x] * (255 - covered)));
    }
}

void halve_mask(Byte const* upper, Byte const* lower, int begin, int width, Byte* out)
{
    for (int x = begin; x < width; ++x)
        out[x] = static_cast<Byte>((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2) / 4);
}

void add_sums_of_8(Byte const* row, int begin, int count, std::uint64_t* out)
{
    for (int i = begin; i < count; ++i)
        for (int k = 0; k < 8; ++k) out[i] += row[8 * i + k];
}

void add_light(Byte* row, int begin, int width, Short const* upper, Short const* lower, int weight)
{
    for (int x = begin; x < width; ++x) {
        // weight has 8 bits: 128 of it are 1 in the products of 15.
        auto const light = upper[x] + multiply(lower[x] - upper[x], weight * 128);
        row[x] = byte(row[x] + ((light + 32) >> 6), 0, 235);
    }
}

void refine(Byte const* above, Byte const* row, Byte const* below, int begin, int width, Neighbourhood const& how,
            Byte* out)
{
    for (int x = begin; x < width; ++x) {
        int const middle = row[x];
        int near = 0;
        int all = 0;
        for (auto const* line : {above, row, below})
            for (int dx = -1; dx <= 1; ++dx) {
                auto const difference = line[x + dx] - middle;
                auto const size = std::abs(difference);
                // Full weight up to the threshold, none from twice of it on.
                auto const kept = std::max(0, std::min(size, 2 * how.threshold - size));
                near += difference < 0 ? -kept : kept;
                all += difference;
            }
        auto const change = multiply(near * 32, how.smooth * 16) - multiply(all * 8, how.sharpen * 32);
        out[x] = byte(middle + ((change + 16) >> 5), 1, 254);
    }
}

void map_lattice(Byte const* y, Byte const* u, Byte const* v, int begin, int width, Lattice const& lattice,
                 int component, Byte* out)
{
    constexpr int step[]{Lattice::side * Lattice::side, Lattice::side, 1};
    for (int x = begin; x < width; ++x) {
        int const parts[]{y[x] & 7, u[x] & 7, v[x] & 7};
        auto const at = (y[x] >> 3) * step[0] + (u[x] >> 3) * step[1] + (v[x] >> 3) * step[2];
        auto const largest = static_cast<int>(std::max_element(parts, parts + 3) - parts);
        auto least = 2;
        for (auto const axis : {1, 0})
            if (parts[axis] < parts[least]) least = axis;
        auto const middle = parts[0] + parts[1] + parts[2] - parts[largest] - parts[least];
        auto const point = [&](int offset) {
            return static_cast<int>(lattice.points[static_cast<std::size_t>(at + offset)] >> (10 * component) & 1023U);
        };
        auto const all = step[0] + step[1] + step[2];
        auto const sum = point(0) * (8 - parts[largest]) + point(step[largest]) * (parts[largest] - middle) +
                         point(all - step[least]) * (middle - parts[least]) + point(all) * parts[least];
        out[x] = byte((sum + 16) >> 5);
    }
}

} // namespace media::kernels::reference
