#pragma once
#include "media/captions/blend.h"
#include "plan/edit_plan.h"

namespace media {

/// A PNG in a corner of the canvas, scaled once.
class WatermarkOverlay {
public:
    /// NotFound where the file is missing; InvalidInput where it is no PNG, too large, or the values are out of range.
    WatermarkOverlay(plan::Watermark const& watermark, plan::Canvas const& canvas);
    void draw(Picture& picture) const;

private:
    Bitmap bitmap_;
    int left_ = 0;
    int top_ = 0;
    int opacity_ = opaque;
};

} // namespace media
