#pragma once
#include "media/captions/blend.h"
#include "media/captions/text_block.h"
#include "plan/color.h"

namespace media {

/// A bitmap and where it lies in its block; even numbers.
struct Piece {
    Bitmap bitmap;
    int left = 0;
    int top = 0;
};

/// How a word is drawn.
struct WordPaint {
    plan::Rgb color;
    double outline = 0; ///< samples; 0: the letters themselves, else what stands out around them
    double scale = 1;   ///< about the word's middle
    std::size_t bytes = static_cast<std::size_t>(-1); ///< only its first so many
    plan::Rgb edge = {};
    double edge_width = 0; ///< above 0: drawn around the letters in the same piece
};

Piece paint_word(TextBlock const& block, std::size_t word, WordPaint const& paint);
/// The word at each of these scales, the last of which is drawn sharp; the others, seen for a picture each on the way
/// there, are scaled from it.
std::vector<Piece> paint_growing_word(TextBlock const& block, std::size_t word, WordPaint paint,
                                      std::vector<double> const& scales);
/// A soft copy of all letters.
Piece paint_shadow(TextBlock const& block, plan::Rgb const& color, double blur, double outline);
/// A box with round corners, and a bar at its left edge where `bar` is above 0.
struct BoxPaint {
    double left = 0, top = 0, right = 0, bottom = 0;
    double radius = 0;
    plan::Rgb color;
    double bar = 0; ///< samples wide
    plan::Rgb bar_color;
};
Piece paint_box(BoxPaint const& box);

} // namespace media
