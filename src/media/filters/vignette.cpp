#include "media/filter.h"

#include <cmath>
#include <memory>

namespace media::filters {

namespace {

/// How much light each sample keeps, in 1/256; made once for a size.
struct Mask {
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> keep;

    void prepare(int w, int h, double amount)
    {
        if (w == width && h == height) return;
        width = w;
        height = h;
        keep.resize(static_cast<std::size_t>(w) * static_cast<std::size_t>(h));
        for (int y = 0; y < h; ++y)
            for (int x = 0; x < w; ++x) {
                auto const dx = (x + 0.5) / w * 2 - 1;
                auto const dy = (y + 0.5) / h * 2 - 1;
                auto const distance = (dx * dx + dy * dy) / 2; // 0 in the middle, 1 in the corners
                keep[static_cast<std::size_t>(y) * static_cast<std::size_t>(w) + static_cast<std::size_t>(x)] =
                    static_cast<std::uint16_t>(
                        std::lround(256 * (1 - amount * distance * distance * 0.9 - amount * distance * 0.1)));
            }
    }
};

} // namespace

static Effect make(ParamValues const& values)
{
    auto const amount = values.find("amount")->second;
    auto const mask = std::make_shared<Mask>();
    return {.picture = [=](Picture& picture, Moment const&) {
        auto const luma = picture.plane(0);
        mask->prepare(luma.width, luma.height, amount);
        for (int y = 0; y < luma.height; ++y) {
            auto* row = luma.row(y);
            auto const* keep = &mask->keep[static_cast<std::size_t>(y) * static_cast<std::size_t>(luma.width)];
            for (int x = 0; x < luma.width; ++x)
                row[x] = static_cast<std::uint8_t>(16 + ((row[x] - 16) * keep[x] + 128) / 256);
        }
    }};
}

FilterType vignette()
{
    return {.name = "vignette",
            .help = "Darkens towards the corners.",
            .params = {{"amount", 0.5, 0, 1, "0 does nothing, 1 makes the corners black"}},
            .make = make};
}

} // namespace media::filters
