// Included by each source of kernels, once for each instruction set: no `pragma once`, on purpose.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV) // untried; NEON serves there
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#undef MEDIA_SIMD
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
#define MEDIA_SIMD 0 // the reference is faster than an emulation
#else
#define MEDIA_SIMD 1
#endif

#if defined(MEDIA_KERNELS_HIGHWAY_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MEDIA_KERNELS_HIGHWAY_H_
#undef MEDIA_KERNELS_HIGHWAY_H_
#else
#define MEDIA_KERNELS_HIGHWAY_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace media::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
#if MEDIA_SIMD

/// Bytes as 16-bit numbers, and back within 0..255.
template <class D> HWY_INLINE hn::Vec<D> load_bytes(D d, Byte const* from)
{
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<Byte, D>(), from));
}
template <class D> HWY_INLINE void store_bytes(D, hn::Vec<D> value, Byte* to)
{
    hn::Rebind<Byte, D> const bytes;
    hn::StoreU(hn::DemoteTo(bytes, value), bytes, to);
}
#endif

} // namespace media::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
