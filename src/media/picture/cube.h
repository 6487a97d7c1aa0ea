#pragma once
#include "media/kernels/kernels.h"

#include <array>
#include <filesystem>
#include <string_view>

namespace media {

/// A colour table as .cube files hold it: one curve for each channel, or a lattice of size^3 colours, red fastest.
struct Cube {
    using Color = std::array<float, 3>;
    int size = 0;
    bool three_dimensional = false;
    Color low{0, 0, 0};
    Color high{1, 1, 1};
    std::vector<Color> colors;
    /// 1D: straight between neighbours; 3D: within tetrahedra. What lies outside the domain is taken to its edge.
    Color operator()(Color const& rgb) const;
};

/// InvalidInput names the line of what is not a colour table; `name` is for the message.
Cube parse_cube(std::string_view text, std::string_view name);
Cube read_cube(std::filesystem::path const& file);

/// The same table for YUV (BT.709, limited range), mixed with what it changes: intensity 0 leaves all as it is.
kernels::Lattice yuv_lattice(Cube const& cube, double intensity);

} // namespace media
