#pragma once
#include "media/captions/font_set.h"
#include "plan/caption_layout.h"
#include "plan/edit_plan.h"

#include <string>
#include <vector>

namespace media {

/// A text and where its words lie in it.
struct MarkedText {
    struct Range {
        std::size_t begin = 0; ///< bytes
        std::size_t end = 0;
    };
    std::string text;
    std::vector<Range> words;
};

/// The text of a card as it is drawn: clean, in capitals where the style wants them, lines parted by '\n'.
MarkedText marked_text(plan::Captions const& captions, plan::CaptionCard const& card);
/// Upper case of any script that has one.
std::string upper(std::string const& text);

/// Text that is shaped and laid out, word by word. Coordinates are samples from the block's left top.
class TextBlock {
public:
    struct Run {
        PangoGlyphItem* item = nullptr; ///< belongs to the layout
        double x = 0;
        double baseline = 0;
        bool picture = false; ///< glyphs that have colours of their own
    };
    struct Word {
        std::vector<Run> runs;
        std::size_t begin = 0; ///< bytes of the text
        std::size_t end = 0;
        double left = 0; ///< where its letters may be inked
        double right = 0;
        double top = 0;
        double bottom = 0;
        double center_x = 0;
        double center_y = 0;
    };

    /// Text wider than `width_max` samples is made smaller, then broken anywhere, then cut off with an ellipsis.
    TextBlock(FontSet const& fonts, MarkedText marked, plan::CaptionStyle const& style, plan::Canvas const& canvas,
              double width_max);

    std::vector<Word> const& words() const { return words_; }
    char const* text() const { return marked_.text.c_str(); }
    double size() const { return size_; } ///< of the em, as drawn
    double left() const { return left_; }
    double right() const { return right_; }
    double top() const { return top_; } ///< of the capitals, or of what stands higher
    double bottom() const { return bottom_; }
    int missing_glyphs() const { return missing_; }
    bool shrunk() const { return shrunk_; }
    bool shortened() const { return shortened_; }

private:
    void lay_out(FontSet const& fonts, plan::CaptionStyle const& style, plan::Canvas const& canvas, double width_max);
    void mark_words(double space);
    void collect();
    void add_run(PangoLayoutIter* iter, PangoLayoutRun* run);

    MarkedText marked_;
    std::unique_ptr<PangoLayout, ObjectDeleter> layout_;
    std::vector<Word> words_;
    double size_ = 0;
    double left_ = 0, right_ = 0, top_ = 0, bottom_ = 0;
    int missing_ = 0;
    bool shrunk_ = false;
    bool shortened_ = false;
};

} // namespace media
