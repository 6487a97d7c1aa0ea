#pragma once
#include "media/picture/picture.h"

#include <array>
#include <cstdint>

namespace media {

/// 64 bits that change with any pixel of a picture (the rounds of xxHash64, row by row). Reads memory once.
std::uint64_t picture_hash(Picture const& picture);

/// Luma at a grid of places: enough to see whether two pictures show the same, whatever their sizes.
class Signature {
public:
    explicit Signature(Picture const& picture);
    double mean() const;
    /// True where nobody would see a difference.
    bool same_as(Signature const& other) const;

private:
    static constexpr int columns = 48;
    static constexpr int rows = 48;
    std::array<std::uint8_t, static_cast<std::size_t>(columns) * rows> values_{};
};

} // namespace media
