#include "media/kernels/reference.h"

// This file is compiled once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "media/kernels/refine.cpp"
#include "media/kernels/highway.h"

HWY_BEFORE_NAMESPACE();
namespace media::kernels::HWY_NAMESPACE {
#if MEDIA_SIMD

template <class D> struct Sums {
    hn::Vec<D> near;
    hn::Vec<D> all;
};

/// One neighbour: full weight up to the threshold, none from twice of it on.
template <class D> HWY_INLINE Sums<D> with(D d, Sums<D> sums, hn::Vec<D> neighbour, hn::Vec<D> middle, hn::Vec<D> twice)
{
    auto const difference = hn::Sub(neighbour, middle);
    auto const size = hn::Abs(difference);
    auto const kept = hn::Max(hn::Zero(d), hn::Min(size, hn::Sub(twice, size)));
    auto const sign = hn::BroadcastSignBit(difference);
    return {hn::Add(sums.near, hn::Sub(hn::Xor(kept, sign), sign)), hn::Add(sums.all, difference)};
}

template <class D>
static int refine_from(D d, Byte const* const (&lines)[3], int x, int width, Neighbourhood const& how, Byte* out)
{
    auto const twice = hn::Set(d, static_cast<Short>(2 * how.threshold));
    auto const smooth = hn::Set(d, static_cast<Short>(how.smooth * 16));
    auto const sharpen = hn::Set(d, static_cast<Short>(how.sharpen * 32));
    auto const lanes = static_cast<int>(hn::Lanes(d));
    for (; x + lanes <= width; x += lanes) {
        auto const middle = load_bytes(d, lines[1] + x);
        Sums<D> sums{hn::Zero(d), hn::Zero(d)};
        for (auto const* line : lines)
            for (int dx = -1; dx <= 1; ++dx)
                if (dx != 0 || line != lines[1]) sums = with(d, sums, load_bytes(d, line + x + dx), middle, twice);
        auto const change = hn::Sub(hn::MulFixedPoint15(hn::ShiftLeft<5>(sums.near), smooth),
                                    hn::MulFixedPoint15(hn::ShiftLeft<3>(sums.all), sharpen));
        auto const value = hn::Add(middle, hn::ShiftRight<5>(hn::Add(change, hn::Set(d, 16))));
        store_bytes(d, hn::Min(hn::Max(value, hn::Set(d, 1)), hn::Set(d, 254)), out + x);
    }
    return x;
}

template <class D, class V> HWY_INLINE V point(D wide, Lattice const& lattice, V at, int component)
{
    auto const* points = reinterpret_cast<std::int32_t const*>(lattice.points.data());
    auto const value = hn::GatherIndex(wide, points, at);
    return hn::And(hn::ShiftRightSame(value, 10 * component), hn::Set(wide, 1023));
}

template <class D>
static int lattice_from(D wide, Byte const* const (&rows)[3], int x, int width, Lattice const& lattice, int component,
                        Byte* out)
{
    constexpr int side = Lattice::side;
    hn::Rebind<Byte, D> const bytes;
    auto const lanes = static_cast<int>(hn::Lanes(wide));
    auto const seven = hn::Set(wide, 7);
    auto const y_step = hn::Set(wide, side * side);
    auto const u_step = hn::Set(wide, side);
    auto const v_step = hn::Set(wide, 1);
    auto const all = hn::Set(wide, side * side + side + 1);
    for (; x + lanes <= width; x += lanes) {
        auto const y = hn::PromoteTo(wide, hn::LoadU(bytes, rows[0] + x));
        auto const u = hn::PromoteTo(wide, hn::LoadU(bytes, rows[1] + x));
        auto const v = hn::PromoteTo(wide, hn::LoadU(bytes, rows[2] + x));
        auto const at = hn::Add(hn::Add(hn::Mul(hn::ShiftRight<3>(y), y_step), hn::Mul(hn::ShiftRight<3>(u), u_step)),
                                hn::ShiftRight<3>(v));
        auto const fy = hn::And(y, seven);
        auto const fu = hn::And(u, seven);
        auto const fv = hn::And(v, seven);
        auto const most = hn::Max(fy, hn::Max(fu, fv));
        auto const least = hn::Min(fy, hn::Min(fu, fv));
        auto const middle = hn::Sub(hn::Add(fy, hn::Add(fu, fv)), hn::Add(most, least));
        auto const most_step =
            hn::IfThenElse(hn::Eq(fy, most), y_step, hn::IfThenElse(hn::Eq(fu, most), u_step, v_step));
        auto const least_step =
            hn::IfThenElse(hn::Eq(fv, least), v_step, hn::IfThenElse(hn::Eq(fu, least), u_step, y_step));
        auto const p0 = point(wide, lattice, at, component);
        auto const p1 = point(wide, lattice, hn::Add(at, most_step), component);
        auto const p2 = point(wide, lattice, hn::Sub(hn::Add(at, all), least_step), component);
        auto const p3 = point(wide, lattice, hn::Add(at, all), component);
        auto sum = hn::Add(hn::Mul(p0, hn::Sub(hn::Set(wide, 8), most)), hn::Mul(p1, hn::Sub(most, middle)));
        sum = hn::Add(sum, hn::Add(hn::Mul(p2, hn::Sub(middle, least)), hn::Mul(p3, least)));
        sum = hn::ShiftRight<5>(hn::Add(sum, hn::Set(wide, 16)));
        hn::StoreU(hn::DemoteTo(bytes, sum), bytes, out + x);
    }
    return x;
}
#endif

static void refine(Byte const* above, Byte const* row, Byte const* below, int width, Neighbourhood const& how,
                   Byte* out)
{
    int x = 0;
#if MEDIA_SIMD
    Byte const* const lines[3]{above, row, below};
    x = refine_from(hn::ScalableTag<Short>(), lines, x, width, how, out);
    x = refine_from(hn::FixedTag<Short, 8>(), lines, x, width, how, out);
#endif
    reference::refine(above, row, below, x, width, how, out);
}

static void map_lattice(Byte const* y, Byte const* u, Byte const* v, int width, Lattice const& lattice, int component,
                        Byte* out)
{
    int x = 0;
#if MEDIA_SIMD
    Byte const* const rows[3]{y, u, v};
    x = lattice_from(hn::ScalableTag<std::int32_t>(), rows, x, width, lattice, component, out);
#endif
    reference::map_lattice(y, u, v, x, width, lattice, component, out);
}

} // namespace media::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace media::kernels {

HWY_EXPORT(refine);
HWY_EXPORT(map_lattice);

void refine(Byte const* above, Byte const* row, Byte const* below, int width, Neighbourhood const& how, Byte* out)
{
    HWY_DYNAMIC_DISPATCH(refine)(above, row, below, width, how, out);
}

void map_lattice(Byte const* y, Byte const* u, Byte const* v, int width, Lattice const& lattice, int component,
                 Byte* out)
{
    HWY_DYNAMIC_DISPATCH(map_lattice)(y, u, v, width, lattice, component, out);
}

} // namespace media::kernels
#endif
