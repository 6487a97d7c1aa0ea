#pragma once
#include "media/analysis/shots.h"

namespace media::analysis {

/// Where in the picture something moves against the rest: what a crop should follow where there are no faces.
class FocusMeter {
public:
    /// Pictures in order, about a tenth of a second apart.
    void add(Look const& before, Look const& now);
    std::vector<plan::Focus> finish();

private:
    void close_step();

    std::array<double, look_width> columns_{};
    std::array<double, look_height> rows_{};
    std::size_t step_ = 0;
    std::vector<plan::Focus> found_;
};

} // namespace media::analysis
