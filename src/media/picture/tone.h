#pragma once
#include "media/kernels/kernels.h"
#include "media/picture/picture.h"

#include <array>

namespace media {

/// Every per-sample colour change of a frame folded into one table and one matrix, so that any number of tone filters
/// costs one pass: luma through `luma`, chroma (centred on 0) through a 2x2 matrix plus an offset.
struct Tone {
    std::array<float, 256> luma; ///< may leave 0..255 while filters are folded in
    std::array<float, 4> chroma{1, 0, 0, 1};
    float u_offset = 0;
    float v_offset = 0;

    Tone();
    /// Changes luma: new = curve(old), in 0 (black) .. 1 (white).
    template <class Curve> void map_luma(Curve curve)
    {
        for (auto& value : luma) value = 16.0F + 219.0F * static_cast<float>(curve((value - 16.0F) / 219.0F));
    }
    /// Applies a matrix to the chroma after what is already there.
    void map_chroma(float uu, float uv, float vu, float vv, float u_add = 0, float v_add = 0);
};

/// A tone made ready for the rows of a picture: whole numbers, and nothing where nothing changes.
class TonePass {
public:
    explicit TonePass(Tone const& tone);
    void operator()(Band const& band) const;

private:
    std::array<std::uint8_t, 256> table_{};
    kernels::ChromaMatrix matrix_{};
    bool changes_luma_ = false;
    bool changes_chroma_ = false;
};

/// All rows.
void apply(Tone const& tone, Picture& picture);

} // namespace media
