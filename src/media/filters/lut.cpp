#include "media/filter.h"
#include "media/picture/cube.h"

#include <memory>

namespace media::filters {

namespace {

/// The colour table, applied to a band in place.
class ColorTable {
public:
    ColorTable(Cube const& cube, double part) : lattice_(yuv_lattice(cube, part)) {}

    void operator()(Band const& band)
    {
        auto const width = band.width / 2;
        for (auto* row : {&mean_, &new_u_, &new_v_}) row->resize(static_cast<std::size_t>(width));
        for (auto* row : {&wide_u_, &wide_v_}) row->resize(static_cast<std::size_t>(band.width));
        for (int x = 0; x < width; ++x) {
            auto const i = static_cast<std::size_t>(2 * x);
            wide_u_[i] = wide_u_[i + 1] = band.u[x];
            wide_v_[i] = wide_v_[i + 1] = band.v[x];
        }
        kernels::halve_mask(band.y[0], band.y[1], width, mean_.data());
        kernels::map_lattice(mean_.data(), band.u, band.v, width, lattice_, 1, new_u_.data());
        kernels::map_lattice(mean_.data(), band.u, band.v, width, lattice_, 2, new_v_.data());
        std::copy(new_u_.begin(), new_u_.end(), band.u);
        std::copy(new_v_.begin(), new_v_.end(), band.v);
        for (auto* row : band.y)
            kernels::map_lattice(row, wide_u_.data(), wide_v_.data(), band.width, lattice_, 0, row);
    }

private:
    kernels::Lattice lattice_;
    std::vector<std::uint8_t> mean_, new_u_, new_v_, wide_u_, wide_v_;
};

} // namespace

static Effect make(FilterValues const& values)
{
    auto const table = std::make_shared<ColorTable>(read_cube(values.option("file")), values.intensity);
    return {.rows = [table](Band const& band, Moment const&) { (*table)(band); }};
}

FilterType lut()
{
    return {.name = "lut",
            .help = "Colours by a table from another program (.cube, 1D or 3D).",
            .options = {{"file", "", {}, "the table"}},
            .make = make};
}

} // namespace media::filters
