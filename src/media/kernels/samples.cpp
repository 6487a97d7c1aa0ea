#include "media/kernels/reference.h"

// This file is compiled once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "media/kernels/samples.cpp"
#include "media/kernels/highway.h"

HWY_BEFORE_NAMESPACE();
namespace media::kernels::HWY_NAMESPACE {
#if MEDIA_SIMD
using hn::Add;
using hn::MulFixedPoint15;
using hn::SaturatedAdd;
using hn::Set;
using hn::Sub;

/// The sixteen tables of sixteen, chosen among by the upper four bits.
template <class D> HWY_INLINE hn::Vec<D> look_up(D d, hn::Vec<D> value, Byte const* table)
{
    auto const low = hn::And(value, Set(d, 15));
    auto const bit4 = hn::TestBit(value, Set(d, 16));
    auto const bit5 = hn::TestBit(value, Set(d, 32));
    auto const bit6 = hn::TestBit(value, Set(d, 64));
    auto const bit7 = hn::TestBit(value, Set(d, 128));
#define MEDIA_TABLE(i) hn::TableLookupBytes(hn::LoadDup128(d, table + 16 * (i)), low)
#define MEDIA_TWO(i) hn::IfThenElse(bit4, MEDIA_TABLE((i) + 1), MEDIA_TABLE(i))
#define MEDIA_FOUR(i) hn::IfThenElse(bit5, MEDIA_TWO((i) + 2), MEDIA_TWO(i))
#define MEDIA_EIGHT(i) hn::IfThenElse(bit6, MEDIA_FOUR((i) + 4), MEDIA_FOUR(i))
    return hn::IfThenElse(bit7, MEDIA_EIGHT(8), MEDIA_EIGHT(0));
#undef MEDIA_EIGHT
#undef MEDIA_FOUR
#undef MEDIA_TWO
#undef MEDIA_TABLE
}

template <class D> static int map(D d, Byte* row, int x, int width, Byte const* table)
{
    auto const lanes = static_cast<int>(hn::Lanes(d));
    for (; x + lanes <= width; x += lanes) hn::StoreU(look_up(d, hn::LoadU(d, row + x), table), d, row + x);
    return x;
}

template <class D> HWY_INLINE hn::Vec<D> mixed(D d, hn::Vec<D> a, hn::Vec<D> b, Short of_a, Short of_b, Short add)
{
    auto sum = SaturatedAdd(MulFixedPoint15(a, Set(d, of_a)), MulFixedPoint15(b, Set(d, of_b)));
    sum = SaturatedAdd(SaturatedAdd(sum, Set(d, add)), Set(d, 8));
    sum = Add(hn::ShiftRight<4>(sum), Set(d, 128));
    return hn::Min(hn::Max(sum, Set(d, 16)), Set(d, 240));
}

template <class D> static int chroma(D d, Byte* u, Byte* v, int x, int width, ChromaMatrix const& matrix)
{
    auto const m = matrix; // stores through bytes may change the one behind the reference, for all the compiler knows
    auto const lanes = static_cast<int>(hn::Lanes(d));
    auto const middle = Set(d, 128);
    for (; x + lanes <= width; x += lanes) {
        auto const a = hn::ShiftLeft<7>(Sub(load_bytes(d, u + x), middle));
        auto const b = hn::ShiftLeft<7>(Sub(load_bytes(d, v + x), middle));
        store_bytes(d, mixed(d, a, b, m.uu, m.uv, m.u_add), u + x);
        store_bytes(d, mixed(d, a, b, m.vu, m.vv, m.v_add), v + x);
    }
    return x;
}

template <class D> static int fall_off(D d, Byte* row, int x, int width, Short const* squares, Falloff const& falloff)
{
    auto const square = Set(d, falloff.square);
    auto const linear = Set(d, falloff.linear);
    auto const quadratic = Set(d, falloff.quadratic);
    auto const lanes = static_cast<int>(hn::Lanes(d));
    for (; x + lanes <= width; x += lanes) {
        auto const distance = SaturatedAdd(hn::LoadU(d, squares + x), square);
        auto const loss = SaturatedAdd(MulFixedPoint15(distance, linear),
                                       MulFixedPoint15(MulFixedPoint15(distance, distance), quadratic));
        auto const value = load_bytes(d, row + x);
        auto const light = hn::ShiftLeft<7>(Sub(value, Set(d, 16)));
        auto const lost = hn::ShiftRight<7>(Add(MulFixedPoint15(light, loss), Set(d, 64)));
        store_bytes(d, Sub(value, lost), row + x);
    }
    return x;
}

template <class D> static int add(D d, Byte* row, int x, int width, std::int8_t const* values)
{
    hn::Rebind<std::int8_t, D> const with_sign;
    auto const lanes = static_cast<int>(hn::Lanes(d));
    auto const sign = Set(d, 128);
    for (; x + lanes <= width; x += lanes) {
        auto const value = hn::BitCast(with_sign, hn::Xor(hn::LoadU(d, row + x), sign));
        auto const sum = SaturatedAdd(value, hn::LoadU(with_sign, values + x));
        auto const back = hn::Xor(hn::BitCast(d, sum), sign);
        hn::StoreU(hn::Min(hn::Max(back, Set(d, 16)), Set(d, 235)), d, row + x);
    }
    return x;
}

template <class D>
static int lay_over(D d, Byte* row, int x, int width, Byte const* color, Byte const* alpha, int opacity)
{
    hn::RebindToSigned<D> const with_sign;
    auto const share = Set(d, static_cast<std::uint16_t>(opacity));
    auto const whole = Set(d, 255);
    auto const lanes = static_cast<int>(hn::Lanes(d));
    for (; x + lanes <= width; x += lanes) {
        auto const covered = hn::ShiftRight<8>(Add(hn::Mul(load_bytes(d, alpha + x), share), whole));
        auto const rest = Add(hn::Mul(load_bytes(d, row + x), Sub(whole, covered)), Set(d, 128));
        auto const below = hn::ShiftRight<8>(Add(rest, hn::ShiftRight<8>(rest)));
        auto const above = hn::ShiftRight<8>(hn::Mul(load_bytes(d, color + x), share));
        store_bytes(with_sign, hn::BitCast(with_sign, Add(above, below)), row + x);
    }
    return x;
}

template <class D> static int halve(D d, Byte const* upper, Byte const* lower, int x, int width, Byte* out)
{
    hn::Repartition<Byte, D> const bytes;
    hn::RebindToSigned<D> const with_sign;
    auto const lanes = static_cast<int>(hn::Lanes(d));
    auto const even = Set(d, 255);
    for (; x + lanes <= width; x += lanes) {
        auto const a = hn::BitCast(d, hn::LoadU(bytes, upper + 2 * x));
        auto const b = hn::BitCast(d, hn::LoadU(bytes, lower + 2 * x));
        auto const sum = Add(Add(hn::And(a, even), hn::ShiftRight<8>(a)), Add(hn::And(b, even), hn::ShiftRight<8>(b)));
        store_bytes(with_sign, hn::BitCast(with_sign, hn::ShiftRight<2>(Add(sum, Set(d, 2)))), out + x);
    }
    return x;
}

template <class D> static int sums(D d, Byte const* row, int i, int count, std::uint64_t* out)
{
    hn::Repartition<std::uint64_t, D> const eighths;
    auto const lanes = static_cast<int>(hn::Lanes(eighths));
    for (; i + lanes <= count; i += lanes) {
        auto const sum = hn::SumsOf8(hn::LoadU(d, row + 8 * i));
        hn::StoreU(Add(hn::LoadU(eighths, out + i), sum), eighths, out + i);
    }
    return i;
}

template <class D>
static int lighten(D d, Byte* row, int x, int width, Short const* upper, Short const* lower, int weight)
{
    auto const share = Set(d, static_cast<Short>(weight * 128));
    auto const lanes = static_cast<int>(hn::Lanes(d));
    for (; x + lanes <= width; x += lanes) {
        auto const from = hn::LoadU(d, upper + x);
        auto const light = Add(from, MulFixedPoint15(Sub(hn::LoadU(d, lower + x), from), share));
        auto const sum = Add(load_bytes(d, row + x), hn::ShiftRight<6>(Add(light, Set(d, 32))));
        store_bytes(d, hn::Min(sum, Set(d, 235)), row + x);
    }
    return x;
}
#endif

static void map_bytes(Byte* row, int width, Byte const* table)
{
    int x = 0;
#if MEDIA_SIMD
    x = map(hn::ScalableTag<Byte>(), row, x, width, table);
#endif
    reference::map_bytes(row, x, width, table);
}

static void mix_chroma(Byte* u, Byte* v, int width, ChromaMatrix const& matrix)
{
    int x = 0;
#if MEDIA_SIMD
    x = chroma(hn::ScalableTag<Short>(), u, v, x, width, matrix);
    x = chroma(hn::FixedTag<Short, 8>(), u, v, x, width, matrix);
#endif
    reference::mix_chroma(u, v, x, width, matrix);
}

static void darken(Byte* row, int width, Short const* squares, Falloff const& falloff)
{
    int x = 0;
#if MEDIA_SIMD
    x = fall_off(hn::ScalableTag<Short>(), row, x, width, squares, falloff);
    x = fall_off(hn::FixedTag<Short, 8>(), row, x, width, squares, falloff);
#endif
    reference::darken(row, x, width, squares, falloff);
}

static void add_signed(Byte* row, int width, std::int8_t const* values)
{
    int x = 0;
#if MEDIA_SIMD
    x = add(hn::ScalableTag<Byte>(), row, x, width, values);
    x = add(hn::FixedTag<Byte, 16>(), row, x, width, values);
#endif
    reference::add_signed(row, x, width, values);
}

static void blend(Byte* row, int width, Byte const* color, Byte const* alpha, int opacity)
{
    int x = 0;
#if MEDIA_SIMD
    x = lay_over(hn::ScalableTag<std::uint16_t>(), row, x, width, color, alpha, opacity);
    x = lay_over(hn::FixedTag<std::uint16_t, 8>(), row, x, width, color, alpha, opacity);
#endif
    reference::blend(row, x, width, color, alpha, opacity);
}

static void halve_mask(Byte const* upper, Byte const* lower, int width, Byte* out)
{
    int x = 0;
#if MEDIA_SIMD
    x = halve(hn::ScalableTag<std::uint16_t>(), upper, lower, x, width, out);
    x = halve(hn::FixedTag<std::uint16_t, 8>(), upper, lower, x, width, out);
#endif
    reference::halve_mask(upper, lower, x, width, out);
}

static void add_sums_of_8(Byte const* row, int count, std::uint64_t* out)
{
    int i = 0;
#if MEDIA_SIMD
    i = sums(hn::ScalableTag<Byte>(), row, i, count, out);
    i = sums(hn::FixedTag<Byte, 16>(), row, i, count, out);
#endif
    reference::add_sums_of_8(row, i, count, out);
}

static void add_light(Byte* row, int width, Short const* upper, Short const* lower, int weight)
{
    int x = 0;
#if MEDIA_SIMD
    x = lighten(hn::ScalableTag<Short>(), row, x, width, upper, lower, weight);
    x = lighten(hn::FixedTag<Short, 8>(), row, x, width, upper, lower, weight);
#endif
    reference::add_light(row, x, width, upper, lower, weight);
}

} // namespace media::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace media::kernels {

HWY_EXPORT(map_bytes);
HWY_EXPORT(mix_chroma);
HWY_EXPORT(darken);
HWY_EXPORT(add_signed);
HWY_EXPORT(blend);
HWY_EXPORT(halve_mask);
HWY_EXPORT(add_sums_of_8);
HWY_EXPORT(add_light);

void map_bytes(Byte* row, int width, Byte const* table) { HWY_DYNAMIC_DISPATCH(map_bytes)(row, width, table); }

void mix_chroma(Byte* u, Byte* v, int width, ChromaMatrix const& matrix)
{
    HWY_DYNAMIC_DISPATCH(mix_chroma)(u, v, width, matrix);
}

void darken(Byte* row, int width, Short const* squares, Falloff const& falloff)
{
    HWY_DYNAMIC_DISPATCH(darken)(row, width, squares, falloff);
}

void add_signed(Byte* row, int width, std::int8_t const* values)
{
    HWY_DYNAMIC_DISPATCH(add_signed)(row, width, values);
}

void blend(Byte* row, int width, Byte const* color, Byte const* alpha, int opacity)
{
    HWY_DYNAMIC_DISPATCH(blend)(row, width, color, alpha, opacity);
}

void halve_mask(Byte const* upper, Byte const* lower, int width, Byte* out)
{
    HWY_DYNAMIC_DISPATCH(halve_mask)(upper, lower, width, out);
}

void add_sums_of_8(Byte const* row, int count, std::uint64_t* out)
{
    HWY_DYNAMIC_DISPATCH(add_sums_of_8)(row, count, out);
}

void add_light(Byte* row, int width, Short const* upper, Short const* lower, int weight)
{
    HWY_DYNAMIC_DISPATCH(add_light)(row, width, upper, lower, weight);
}

} // namespace media::kernels
#endif
