#pragma once
#include "media/captions/overlay.h"

namespace media {

/// Words over the picture for a part of the clip: lines broken for the canvas, as large as the style says.
class TitleOverlay {
public:
    TitleOverlay(plan::Title const& title, plan::Canvas const& canvas);
    ~TitleOverlay();
    TitleOverlay(TitleOverlay&&) noexcept;
    TitleOverlay& operator=(TitleOverlay&&) noexcept;
    void draw(Picture& picture, double at_seconds);
    /// Where the title's text cannot be drawn whole.
    plan::CaptionFacts facts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A title on a still, for a thumbnail: large, in the upper third, with an outline. The picture is the canvas.
void draw_title(Picture& picture, std::string const& text, std::vector<plan::FontFile> const& fonts,
                plan::CaptionStyle const& style);

} // namespace media
