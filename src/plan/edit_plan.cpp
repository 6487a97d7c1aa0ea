#include "plan/edit_plan.h"

#include "plan/timeline.h"

namespace plan {

double EditPlan::duration_seconds() const { return Timeline(cuts).duration(); }

std::vector<std::string> files_read(EditPlan const& plan)
{
    std::vector<std::string> files{plan.source};
    auto const add_fonts = [&](std::vector<FontFile> const& fonts) {
        for (auto const& font : fonts) files.push_back(font.path);
    };
    if (plan.captions) {
        files.push_back(plan.captions->font_path);
        add_fonts(plan.captions->fallback_fonts);
    }
    if (plan.title) add_fonts(plan.title->fonts);
    add_fonts(plan.title_fonts);
    if (plan.watermark) files.push_back(plan.watermark->path);
    for (auto const& file : {plan.audio.music, plan.audio.voice})
        if (file) files.push_back(*file);
    for (auto const& call : plan.filters)
        if (auto const file = call.options.find("file"); file != call.options.end()) files.push_back(file->second);
    return files;
}

} // namespace plan
