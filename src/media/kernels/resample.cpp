#include "media/kernels/reference.h"

// This file is compiled once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "media/kernels/resample.cpp"
#include "media/kernels/highway.h"

HWY_BEFORE_NAMESPACE();
namespace media::kernels::HWY_NAMESPACE {
#if MEDIA_SIMD

static void across(Byte const* source, AcrossTaps const& taps, int width, Short* out)
{
    hn::ScalableTag<std::int32_t> const wide;
    hn::Repartition<Short, decltype(wide)> const pairs;
    hn::Rebind<Short, decltype(wide)> const narrow;
    auto const lanes = static_cast<int>(hn::Lanes(wide));
    auto const end = padded(width);
    auto const bytes = hn::Set(wide, 0x00FF00FF);
    auto const half = hn::Set(wide, 1 << (weight_bits - row_bits - 1));
    for (int x = 0; x < end; x += lanes) {
        auto const first = hn::LoadU(wide, taps.first.data() + x);
        auto sum = hn::Zero(wide);
        auto more = hn::Zero(wide);
        for (int group = 0; group < taps.groups; ++group) {
            auto const* samples = reinterpret_cast<std::int32_t const*>(source + 4 * group);
            auto const four = hn::GatherOffset(wide, samples, first);
            auto const even = hn::BitCast(pairs, hn::And(four, bytes));
            auto const odd = hn::BitCast(pairs, hn::And(hn::ShiftRight<8>(four), bytes));
            auto const at = (group * end + x) * 2;
            sum = hn::ReorderWidenMulAccumulate(wide, even, hn::LoadU(pairs, taps.even.data() + at), sum, more);
            sum = hn::ReorderWidenMulAccumulate(wide, odd, hn::LoadU(pairs, taps.odd.data() + at), sum, more);
        }
        sum = hn::Add(hn::RearrangeToOddPlusEven(sum, more), half);
        hn::StoreU(hn::DemoteTo(narrow, hn::ShiftRight<weight_bits - row_bits>(sum)), narrow, out + x);
    }
}

template <class D> HWY_INLINE void store_rounded(D d, hn::Vec<D> sum, Byte* out)
{
    auto const rounded = hn::ShiftRight<6>(hn::SaturatedAdd(sum, hn::Set(d, 32)));
    store_bytes(d, rounded, out);
}

/// Four rows: enlarging, nearly always.
template <class D> static int down4(D d, Short const* const* rows, Short const* weights, int x, int width, Byte* out)
{
    auto const w0 = hn::Set(d, weights[0]);
    auto const w1 = hn::Set(d, weights[1]);
    auto const w2 = hn::Set(d, weights[2]);
    auto const w3 = hn::Set(d, weights[3]);
    auto const lanes = static_cast<int>(hn::Lanes(d));
    for (; x + lanes <= width; x += lanes) {
        auto sum = hn::MulFixedPoint15(hn::LoadU(d, rows[0] + x), w0);
        sum = hn::SaturatedAdd(sum, hn::MulFixedPoint15(hn::LoadU(d, rows[1] + x), w1));
        sum = hn::SaturatedAdd(sum, hn::MulFixedPoint15(hn::LoadU(d, rows[2] + x), w2));
        sum = hn::SaturatedAdd(sum, hn::MulFixedPoint15(hn::LoadU(d, rows[3] + x), w3));
        store_rounded(d, sum, out + x);
    }
    return x;
}

template <class D>
static int down_few(D d, std::span<Short const* const> rows, Short const* weights, int x, int width, Byte* out)
{
    auto const lanes = static_cast<int>(hn::Lanes(d));
    for (; x + lanes <= width; x += lanes) {
        auto sum = hn::Zero(d);
        for (std::size_t k = 0; k < rows.size(); ++k)
            sum = hn::SaturatedAdd(sum, hn::MulFixedPoint15(hn::LoadU(d, rows[k] + x), hn::Set(d, weights[k])));
        store_rounded(d, sum, out + x);
    }
    return x;
}

template <class D>
static int down_many(D d, std::span<Short const* const> rows, Short const* weights, int x, int width, Byte* out)
{
    hn::Repartition<std::int32_t, D> const wide;
    auto const lanes = static_cast<int>(hn::Lanes(d));
    auto const half = hn::Set(wide, 1 << 20);
    for (; x + lanes <= width; x += lanes) {
        auto low = hn::Zero(wide);
        auto low_more = hn::Zero(wide);
        auto high = hn::Zero(wide);
        auto high_more = hn::Zero(wide);
        for (std::size_t k = 0; k < rows.size(); k += 2) {
            auto const two = k + 1 < rows.size();
            auto const a = hn::LoadU(d, rows[k] + x);
            auto const b = hn::LoadU(d, rows[two ? k + 1 : k] + x);
            auto const a_weight = hn::Set(d, weights[k]);
            auto const weight = hn::InterleaveLower(d, a_weight, hn::Set(d, two ? weights[k + 1] : Short{0}));
            low = hn::ReorderWidenMulAccumulate(wide, hn::InterleaveLower(d, a, b), weight, low, low_more);
            high = hn::ReorderWidenMulAccumulate(wide, hn::InterleaveUpper(d, a, b), weight, high, high_more);
        }
        low = hn::ShiftRight<21>(hn::Add(hn::RearrangeToOddPlusEven(low, low_more), half));
        high = hn::ShiftRight<21>(hn::Add(hn::RearrangeToOddPlusEven(high, high_more), half));
        // Interleaving and this put samples in the same order, block by block.
        store_bytes(d, hn::ReorderDemote2To(d, low, high), out + x);
    }
    return x;
}

template <class D>
static int down(D d, std::span<Short const* const> rows, Short const* weights, int x, int width, Byte* out)
{
    if (rows.size() == 4) return down4(d, rows.data(), weights, x, width, out);
    if (rows.size() <= reference::rounded_rows_max) return down_few(d, rows, weights, x, width, out);
    return down_many(d, rows, weights, x, width, out);
}
#endif

static void resample_across(Byte const* source, AcrossTaps const& taps, int width, Short* out)
{
#if MEDIA_SIMD
    across(source, taps, width, out);
#else
    reference::resample_across(source, taps, 0, width, out);
#endif
}

static void resample_down(std::span<Short const* const> rows, Short const* weights, int width, Byte* out)
{
    int x = 0;
#if MEDIA_SIMD
    x = down(hn::ScalableTag<Short>(), rows, weights, x, width, out);
    x = down(hn::FixedTag<Short, 8>(), rows, weights, x, width, out);
#endif
    reference::resample_down(rows, weights, x, width, out);
}

} // namespace media::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace media::kernels {

HWY_EXPORT(resample_across);
HWY_EXPORT(resample_down);

void resample_across(Byte const* source, AcrossTaps const& taps, int width, Short* out)
{
    HWY_DYNAMIC_DISPATCH(resample_across)(source, taps, width, out);
}

void resample_down(std::span<Short const* const> rows, Short const* weights, int width, Byte* out)
{
    HWY_DYNAMIC_DISPATCH(resample_down)(rows, weights, width, out);
}

} // namespace media::kernels
#endif
