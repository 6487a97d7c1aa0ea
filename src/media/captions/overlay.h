#pragma once
#include "media/picture/picture.h"
#include "plan/edit_plan.h"

#include <memory>

namespace media {

/// Captions shaped by Pango with the plan's font files alone, drawn by cairo once for each state of a word, and blended
/// in YUV over their rectangles only. What draw() does depends on its arguments alone. One for each thread.
class CaptionOverlay {
public:
    /// NotFound where a font file is missing, InvalidInput where it is no font.
    CaptionOverlay(plan::Captions const& captions, plan::Canvas const& canvas, double clip_seconds);
    ~CaptionOverlay();
    CaptionOverlay(CaptionOverlay&&) noexcept;
    CaptionOverlay& operator=(CaptionOverlay&&) noexcept;
    void draw(Picture& picture, double at_seconds);
    /// What was measured on the pictures drawn so far.
    plan::CaptionFacts const& facts() const;
    /// Lays out every card: glyphs, widths and reading speed of all of them. Once for a render is enough.
    plan::CaptionFacts measure_cards() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace media
