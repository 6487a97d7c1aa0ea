#pragma once
#include "media/picture/picture.h"

#include <vector>

namespace media {

/// A small field of values over a picture, for what is soft by nature: glow, haze, backdrops.
struct Field {
    int width = 0;
    int height = 0;
    std::vector<std::int16_t> values;
    std::int16_t* row(int y) { return values.data() + static_cast<std::ptrdiff_t>(y) * width; }
};

/// Three box blurs in each direction, which come near to a Gaussian; `radius` in samples of the field.
void blur(Field& field, int radius);
/// The same on a plane of a picture.
void blur(Plane const& plane, int radius);

/// A field as wide and high as the picture's luma divided by 8 (rounded up), of block means.
void reduce_luma(Picture const& picture, Field& out);

/// Adds a field of light (in 1/64 of a sample) to the luma of bands, smoothly between the field's values.
class LightRows {
public:
    /// The field covers the picture in blocks of 8 by 8.
    void begin(Field field, int width);
    /// Gives the memory of the last field back, to be filled anew.
    Field take_field() { return std::move(field_); }
    void operator()(Band const& band);

private:
    std::int16_t const* wide_row(int y);

    Field field_;
    int width_ = 0;
    std::vector<std::int16_t> rows_[2]; ///< field rows, spread to the picture's width
    int held_[2] = {-1, -1};
};

/// Lights that spill over their surroundings.
class Glow {
public:
    /// threshold: luma in 0..1 from which on it spills; radius: of the picture's width.
    Glow(double amount, double threshold, double radius) : amount_(amount), threshold_(threshold), radius_(radius) {}
    void look(Picture const& picture);
    void operator()(Band const& band) { light_(band); }

private:
    double amount_;
    double threshold_;
    double radius_;
    LightRows light_;
};

} // namespace media
