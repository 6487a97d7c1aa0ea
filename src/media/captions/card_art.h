#pragma once
#include "media/captions/text_paint.h"

#include <map>
#include <tuple>

namespace media {

/// Colours of a style after they were made to stand out from each other.
struct CaptionColors {
    plan::Rgb text;
    plan::Rgb lit;
    plan::Rgb edge; ///< of the outline or the box
    plan::Rgb on_marker;
    bool boxed = false;
};
CaptionColors caption_colors(plan::CaptionStyle const& style);

/// One card's drawings, each made when it is first wanted and kept: a pure function of card and style.
class CardArt {
public:
    CardArt(FontSet const& fonts, plan::CaptionStyle const& style, CaptionColors const& colors,
            plan::Canvas const& canvas, MarkedText marked);

    /// The state a card is in: which word is spoken, how far that word's growth is, how much of it is typed.
    struct Moment {
        std::size_t lit = 0;
        int grown = 0;    ///< 0..growth_steps
        double typed = 1; ///< share of the spoken word
        double edge_opacity = 1;
    };
    static constexpr int growth_steps = 3;

    void draw(Picture& picture, Moment const& moment, double position);
    /// What the card covers, in samples of the canvas.
    struct Area {
        int left = 0, top = 0, right = 0, bottom = 0;
    };
    Area area(double position) const;
    TextBlock const& block() const { return block_; }

private:
    using Key = std::tuple<int, std::size_t, std::size_t>; ///< kind, word, variant

    std::pair<int, int> origin(double position) const;
    double margin() const;
    Piece const& piece(Key const& key, std::size_t typed_bytes);
    Piece make(Key const& key, std::size_t typed_bytes) const;
    std::vector<double> scales(std::size_t word) const;
    Piece const& raised(Moment const& moment);
    void draw_words(Picture& picture, Moment const& moment, bool outlines, int x, int y);
    std::size_t typed_bytes(Moment const& moment) const;

    plan::CaptionStyle const& style_;
    CaptionColors const& colors_;
    plan::Canvas canvas_;
    double outline_ = 0;
    TextBlock block_;
    bool whole_ = false; ///< letters and outline of a word are one piece: no outline reaches another word's letters
    std::map<Key, Piece> pieces_;
};

} // namespace media
