// Colour tables (.cube) come from anywhere: any text is a table or one clear error, and every table can be used.
#include "base/error.h"
#include "media/picture/cube.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    try {
        auto const text = std::string_view(reinterpret_cast<char const*>(data), size);
        auto const cube = media::parse_cube(text, "input");
        for (auto const& color : {media::Cube::Color{0, 0.3F, 1}, {-1, 2, 0.5F}, {0.999F, 0.001F, 0.5F}})
            for (auto const channel : cube(color))
                if (!(channel >= -1e4F && channel <= 1e4F)) std::abort();
    } catch (base::Error const& error) {
        if (error.code != base::ErrorCode::InvalidInput) std::abort();
    }
    return 0;
}
