#pragma once
#include "media/kernels/kernels.h"
#include "media/picture/picture.h"

#include <vector>

namespace media {

/// The part of a source picture that is shown, in luma samples of the source; may be fractional, which keeps slow
/// zooms and pans free of jitter, and may reach beyond the picture, whose edge is then continued.
struct View {
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;
    bool mirror = false;
    double fringe = 0;  ///< U is shown larger by this part and V smaller, as a simple lens does
    double u_shift = 0; ///< U and V are taken from so far to the right, as a part of the width
    double v_shift = 0;
    bool operator==(View const&) const = default;
    /// The same place, by this factor closer.
    void closer(double factor);
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
/// sampling ratio when reducing (so that nothing aliases). Works band by band, so that what is drawn is still in the
/// nearest cache when the next step takes it. Keeps its tables while the view stands still.
class Reframer {
public:
    /// Source and target must live as long as rows are drawn.
    void begin(Picture const& source, View const& view, Picture& target, Box const& box);
    /// Draws what lies of the box in this band (two luma rows, one chroma row) of the target; bands in ascending order.
    void draw(int band);
    /// All of it.
    void run(Picture const& source, View const& view, Picture& target, Box const& box);

private:
    struct Axis {
        double start = 0;
        double length = 0;
        int source = 0;
        int target = 0;
        bool mirror = false;
        bool operator==(Axis const&) const = default;
    };
    struct DownTaps {
        int count = 0;
        std::vector<int> first;
        std::vector<std::int16_t> weights; ///< [row][count]
    };
    /// One plane: its tables, and the source rows that are in use, already scaled across.
    struct Scaler {
        Plane source{};
        Plane target{};
        Axis x_axis, y_axis;
        kernels::AcrossTaps across;
        DownTaps down;
        std::vector<std::int16_t> ring; ///< down.count rows; row r lies at r % down.count
        std::vector<std::uint8_t> narrow;
        int next_row = 0; ///< of the source: rows before it have been through the ring
        void begin(Axis const& x, Axis const& y);
        void draw(int row);
        void scale_across(int row);
    };

    Box box_;
    Scaler planes_[3];
};

} // namespace media
