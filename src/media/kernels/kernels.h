#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// The inner loops over rows of samples, one source for every instruction set, chosen at run time. All arithmetic is in
/// whole numbers and gives the same bits everywhere; reference.h holds what each must give.
namespace media::kernels {

using Byte = std::uint8_t;
using Short = std::int16_t;

constexpr int weight_bits = 14; ///< of resampling weights: 16384 is 1
constexpr int row_bits = 7;     ///< fractional bits of a row between the two passes of a resample
constexpr int lanes_max = 64;   ///< tables and rows between passes are padded to a multiple of it
constexpr int padded(int width) { return (width + lanes_max - 1) / lanes_max * lanes_max; }

/// How a row is resampled: sample x is the sum of `groups` times four samples from first[x] on. Weights are kept in the
/// order of use: for each group, for each x, the weights of samples 0 and 2, and of 1 and 3.
struct AcrossTaps {
    int groups = 0;
    std::vector<std::int32_t> first; ///< padded
    std::vector<Short> even;         ///< [group][x][2], padded
    std::vector<Short> odd;
};

/// One row of the source becomes one row between the passes, `padded(width)` samples of which are written.
void resample_across(Byte const* source, AcrossTaps const& taps, int width, Short* out);
/// One target row from rows.size() rows between the passes; weights as many as rows.
void resample_down(std::span<Short const* const> rows, Short const* weights, int width, Byte* out);

/// Every sample through a table of 256.
void map_bytes(Byte* row, int width, Byte const* table);

/// A 2x2 matrix in 1/4096 and an offset in 1/16, on chroma centred on 128; result in 16..240.
struct ChromaMatrix {
    Short uu, uv, vu, vv;
    Short u_add, v_add;
};
void mix_chroma(Byte* u, Byte* v, int width, ChromaMatrix const& matrix);

/// Light falls off with the distance d = squares[x] + square (32767 is 1): by linear * d + quadratic * d * d.
struct Falloff {
    Short square;
    Short linear;
    Short quadratic;
};
void darken(Byte* row, int width, Short const* squares, Falloff const& falloff);

/// Adds signed values; result in 16..235.
void add_signed(Byte* row, int width, std::int8_t const* values);

/// Lays colours that are already multiplied by their alpha (none is above it) over a row; opacity 0..256.
void blend(Byte* row, int width, Byte const* color, Byte const* alpha, int opacity);

/// The mean of two by two mask samples for each of `width` chroma samples.
void halve_mask(Byte const* upper, Byte const* lower, int width, Byte* out);

/// Adds to out[i] the sum of row[8 i .. 8 i + 7].
void add_sums_of_8(Byte const* row, int count, std::uint64_t* out);

/// Lightens by what lies between two rows of light (in 1/64 of a sample), weight / 256 (0..255) of the way; up to 235.
void add_light(Byte* row, int width, Short const* upper, Short const* lower, int weight);

/// What denoise and sharpen do to the middle one of three rows, of which [-1] and [width] may be read; result in
/// 1..254.
struct Neighbourhood {
    int smooth;    ///< 0..256: towards neighbours that differ by little
    int threshold; ///< 1..64: what "little" is
    int sharpen;   ///< 0..512: away from the mean of the neighbours
};
void refine(Byte const* above, Byte const* row, Byte const* below, int width, Neighbourhood const& how, Byte* out);

/// A colour table in YUV: a lattice of 33 points an axis, 8 samples apart, with straight lines between (tetrahedra).
struct Lattice {
    static constexpr int side = 33;
    std::vector<std::uint32_t> points; ///< [y][u][v], each y | u << 10 | v << 20 in quarters of a sample
};
/// One component (0 is y) of what the lattice makes of three rows of the same width; `out` may be one of them.
void map_lattice(Byte const* y, Byte const* u, Byte const* v, int width, Lattice const& lattice, int component,
                 Byte* out);

/// The instruction sets that this program has code for and this machine can run, best first.
std::vector<std::string_view> targets();
/// For tests and measurements: run this one only; "" gives the choice back.
void use_target(std::string_view name);

} // namespace media::kernels
