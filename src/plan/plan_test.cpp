#include "plan/check.h"
#include "plan/child.h"
#include "support.h"

static plan::EditPlan good_plan()
{
    plan::EditPlan plan;
    plan.source = "/clip.mp4";
    plan.cuts = {{0.0, 5.0, "all of it"}};
    return plan;
}

TEST(EditPlan, is_read_back_as_it_was_written)
{
    auto plan = good_plan();
    plan.captions = plan::Captions{.style = {.name = "bold"}, .font_path = "/f.ttf", .words = {{"hi", 0.1, 0.4, {}}}};
    plan.filters = {{"zoom", {{"factor", 1.05}}}};
    auto const text = base::to_json(plan);
    EXPECT_EQ(base::to_json(base::read_json<plan::EditPlan>(text, "plan")), text);
}

TEST(EditPlan, is_held_to_its_limits_by_name)
{
    EXPECT_NO_THROW(plan::check(good_plan()));
    auto const message = [](auto change) {
        auto plan = good_plan();
        change(plan);
        return std::string(test::error_of([&] { plan::check(plan); }).what());
    };
    EXPECT_EQ(message([](auto& p) { p.cuts.clear(); }), "cuts: nothing is kept of the source");
    EXPECT_EQ(message([](auto& p) { p.cuts[0].end = 0; }), "cuts[0]: 0 to 0 is not a part of a timeline");
    EXPECT_EQ(message([](auto& p) { p.canvas.width = 853; }), "canvas.width: 853 is not an even number in [16, 7680]");
    EXPECT_EQ(message([](auto& p) { p.source = "clip.mp4"; }), "source: must be an absolute path");
    EXPECT_EQ(message([](auto& p) { p.canvas.rate_denominator = 0; }), "canvas.rate: must be 1 to 120 frames a second");
}
