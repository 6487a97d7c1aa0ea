#pragma once
#include "media/captions/title.h"
#include "media/captions/watermark.h"

#include <optional>

namespace media {

/// Everything a plan lays over its pictures, in order: watermark, title, captions. One for each thread.
class Overlays {
public:
    Overlays(plan::EditPlan const& plan, double clip_seconds)
    {
        if (plan.watermark) watermark_.emplace(*plan.watermark, plan.canvas);
        if (plan.title && !plan.title->text.empty()) title_.emplace(*plan.title, plan.canvas);
        if (plan.captions && !plan.captions->words.empty())
            captions_.emplace(*plan.captions, plan.canvas, clip_seconds);
    }
    void draw(Picture& picture, double at_seconds)
    {
        if (watermark_) watermark_->draw(picture);
        if (title_) title_->draw(picture, at_seconds);
        if (captions_) captions_->draw(picture, at_seconds);
    }
    CaptionOverlay* captions() { return captions_ ? &*captions_ : nullptr; }

private:
    std::optional<WatermarkOverlay> watermark_;
    std::optional<TitleOverlay> title_;
    std::optional<CaptionOverlay> captions_;
};

} // namespace media
