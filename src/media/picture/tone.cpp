#include "media/picture/tone.h"

#include <algorithm>
#include <cmath>

namespace media {

Tone::Tone()
{
    for (std::size_t i = 0; i < luma.size(); ++i) luma[i] = static_cast<float>(i);
}

void Tone::map_chroma(float uu, float uv, float vu, float vv, float u_add, float v_add)
{
    auto const [a, b, c, d] = chroma;
    chroma = {uu * a + uv * c, uu * b + uv * d, vu * a + vv * c, vu * b + vv * d};
    auto const u = uu * u_offset + uv * v_offset + u_add;
    auto const v = vu * u_offset + vv * v_offset + v_add;
    u_offset = u;
    v_offset = v;
}

static std::int16_t whole(float value, float scale)
{
    return static_cast<std::int16_t>(std::lround(std::clamp(value * scale, -32768.0F, 32767.0F)));
}

TonePass::TonePass(Tone const& tone)
{
    for (std::size_t i = 0; i < table_.size(); ++i) {
        if (std::lround(tone.luma[i]) != static_cast<long>(i)) changes_luma_ = true;
        table_[i] = static_cast<std::uint8_t>(std::lround(std::clamp(tone.luma[i], 16.0F, 235.0F)));
    }
    constexpr float one = 4096;
    matrix_ = {whole(tone.chroma[0], one), whole(tone.chroma[1], one),  whole(tone.chroma[2], one),
               whole(tone.chroma[3], one), whole(tone.u_offset, 16.0F), whole(tone.v_offset, 16.0F)};
    changes_chroma_ = tone.chroma != std::array<float, 4>{1, 0, 0, 1} || tone.u_offset != 0 || tone.v_offset != 0;
}

void TonePass::operator()(Band const& band) const
{
    if (changes_luma_)
        for (auto* row : band.y) kernels::map_bytes(row, band.width, table_.data());
    if (changes_chroma_) kernels::mix_chroma(band.u, band.v, band.width / 2, matrix_);
}

void apply(Tone const& tone, Picture& picture)
{
    TonePass const pass(tone);
    for (int i = 0; i < picture.height() / 2; ++i) pass(picture.band(i));
}

} // namespace media
