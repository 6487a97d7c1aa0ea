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

bool Tone::is_identity() const
{
    for (std::size_t i = 0; i < luma.size(); ++i)
        if (std::lround(luma[i]) != static_cast<long>(i)) return false;
    return chroma == std::array<float, 4>{1, 0, 0, 1} && u_offset == 0 && v_offset == 0;
}

static std::uint8_t legal(float value, float low, float high)
{
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, low, high)));
}

static void chroma_row(Tone const& tone, std::uint8_t* u_row, std::uint8_t* v_row, int width)
{
    auto const [uu, uv, vu, vv] = tone.chroma;
    auto const u_base = tone.u_offset + 128.5F;
    auto const v_base = tone.v_offset + 128.5F;
    for (int x = 0; x < width; ++x) {
        auto const u = static_cast<float>(u_row[x]) - 128.0F;
        auto const v = static_cast<float>(v_row[x]) - 128.0F;
        u_row[x] = static_cast<std::uint8_t>(std::min(std::max(uu * u + uv * v + u_base, 16.0F), 240.0F));
        v_row[x] = static_cast<std::uint8_t>(std::min(std::max(vu * u + vv * v + v_base, 16.0F), 240.0F));
    }
}

void apply(Tone const& tone, Picture& picture)
{
    if (tone.is_identity()) return;
    std::array<std::uint8_t, 256> table;
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = legal(tone.luma[i], 16, 235);
    auto const luma = picture.plane(0);
    for (int y = 0; y < luma.height; ++y) {
        auto* row = luma.row(y);
        for (int x = 0; x < luma.width; ++x) row[x] = table[row[x]];
    }
    auto const u = picture.plane(1);
    auto const v = picture.plane(2);
    for (int y = 0; y < u.height; ++y) chroma_row(tone, u.row(y), v.row(y), u.width);
}

} // namespace media
