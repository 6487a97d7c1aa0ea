#pragma once
#include "media/picture/picture.h"

#include <vector>

namespace media {

/// The part of a source picture that is shown, in luma samples of the source; may be fractional, which keeps slow
/// zooms and pans free of jitter.
struct View {
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;
    bool mirror = false;
    bool operator==(View const&) const = default;
};

/// A whole-sample rectangle of the target, even on all sides.
struct Box {
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    bool operator==(Box const&) const = default;
};

/// Crop, mirror, zoom and scale in one separable pass: Catmull-Rom when enlarging, the same kernel widened to the
/// sampling ratio when reducing (so that nothing aliases). Keeps its tables while the view stands still.
class Reframer {
public:
    void run(Picture const& source, View const& view, Picture& target, Box const& box);

private:
    /// For each target sample: the first source sample and its weights, in 1/16384.
    struct Taps {
        int count = 0;
        std::vector<int> first;
        std::vector<std::int16_t> weights;
    };
    struct Axis {
        double start = 0;
        double length = 0;
        int source = 0;
        int target = 0;
        bool mirror = false;
        bool operator==(Axis const&) const = default;
    };
    struct PlaneTables {
        Axis x_axis, y_axis;
        Taps x, y;
    };

    static Taps make_taps(Axis const& axis);
    void plane(Plane const& source, Plane const& target, Axis const& x, Axis const& y, PlaneTables& tables);
    void rows_across(Plane const& source, Taps const& taps, int first_row, int row_count, int width);

    PlaneTables luma_;
    PlaneTables chroma_;
    std::vector<std::int16_t> rows_; ///< source rows, already scaled across; 6 fractional bits
};

} // namespace media
