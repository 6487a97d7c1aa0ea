#include "studio/look_sheet.h"

#include "base/error.h"
#include "studio/fonts.h"
#include "studio/work_folder.h"

namespace studio {

static constexpr double moment_share = 0.22; // of the clip: past titles, early enough to have a face in it
static constexpr double clip_seconds = 4;    // for filters that move over the clip
static constexpr std::int64_t frame = 52;    // late enough for pushes and leaks to be seen

/// The look's name at the foot of its tile.
static plan::Captions label(Catalog const& catalog, std::string const& name)
{
    auto const font = find_font(catalog.fonts(), true, name);
    plan::Captions captions;
    captions.style.name = "label";
    captions.style.bold = true;
    captions.style.size = 0.05;
    captions.style.position = 0.93;
    captions.style.motion = plan::CaptionMotion::None;
    captions.font_path = font.path.string();
    captions.font_family = font.family;
    captions.words = {{.text = name, .start = 0, .end = clip_seconds}};
    captions.source = "look";
    return captions;
}

plan::SheetResult make_look_sheet(Catalog const& catalog, MediaChild const& media, std::filesystem::path const& input,
                                  std::filesystem::path const& output, std::stop_token const& stop)
{
    auto const source = std::filesystem::absolute(input);
    auto const info = media.probe(source, stop);
    if (!info.video) base::fail(base::ErrorCode::InvalidInput, "{}: there is no picture in it", source.string());
    plan::EditPlan plan;
    plan.source = source.string();
    plan.seed = 4; // at the frame of the sheet something happens with it
    auto const start = info.duration_seconds * moment_share;
    plan.cuts = {{start, start + clip_seconds, "the moment of the sheet"}};
    plan.canvas = {.width = 540, .height = 960, .rate_numerator = 30};
    auto const target = std::filesystem::absolute(output);
    WorkFolder const work(target, "sheet");
    plan::SheetRequest request;
    request.frame = frame;
    request.work_folder = work.path().string();
    request.output = (work.path() / "sheet.jpg").string();
    for (auto const& look : catalog.looks()) {
        plan.look = look.name;
        plan.filters = filters_of(look);
        plan.captions = label(catalog, look.name);
        request.plans.push_back(plan);
    }
    auto result = media.sheet(std::move(request), stop);
    base::publish_file(result.output, target);
    result.output = target.string();
    return result;
}

} // namespace studio
