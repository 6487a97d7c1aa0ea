#pragma once
#include "media/picture/picture.h"
#include "plan/edit_plan.h"

#include <memory>

namespace media {

/// Captions drawn by libass with one font file, given by its absolute path, and blended in YUV over their rectangles
/// only. No font is looked up here: what the plan names is what is used.
class CaptionOverlay {
public:
    /// NotFound where the font file is missing, InvalidInput where it is no font.
    CaptionOverlay(plan::Captions const& captions, plan::Canvas const& canvas, double clip_seconds);
    ~CaptionOverlay();
    void draw(Picture& picture, double at_seconds);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace media
