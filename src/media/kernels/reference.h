#pragma once
#include "media/kernels/kernels.h"

/// The kernels in plain C++, sample by sample, from `begin` on: what each instruction set must equal bit by bit, what
/// finishes the end of a row, and all there is on machines without a known instruction set.
namespace media::kernels::reference {

void resample_across(Byte const* source, AcrossTaps const& taps, int begin, int width, Short* out);
void resample_down(std::span<Short const* const> rows, Short const* weights, int begin, int width, Byte* out);
void map_bytes(Byte* row, int begin, int width, Byte const* table);
void mix_chroma(Byte* u, Byte* v, int begin, int width, ChromaMatrix const& matrix);
void darken(Byte* row, int begin, int width, Short const* squares, Falloff const& falloff);
void add_signed(Byte* row, int begin, int width, std::int8_t const* values);
void blend(Byte* row, int begin, int width, Byte const* color, Byte const* alpha, int opacity);
void halve_mask(Byte const* upper, Byte const* lower, int begin, int width, Byte* out);
void add_sums_of_8(Byte const* row, int begin, int count, std::uint64_t* out);
void add_light(Byte* row, int begin, int width, Short const* upper, Short const* lower, int weight);
void refine(Byte const* above, Byte const* row, Byte const* below, int begin, int width, Neighbourhood const& how,
            Byte* out);
void map_lattice(Byte const* y, Byte const* u, Byte const* v, int begin, int width, Lattice const& lattice,
                 int component, Byte* out);

/// Of more rows than this each product is kept whole, so that rounding never adds up to a visible step.
constexpr std::size_t rounded_rows_max = 16;
/// a * b / 32768, rounded: one instruction nearly everywhere.
constexpr int multiply(int a, int b) { return (a * b + (1 << 14)) >> 15; }
/// value / 255, rounded, for values up to 65025.
constexpr int by_255(int value) { return (value + 128 + ((value + 128) >> 8)) >> 8; }

} // namespace media::kernels::reference
