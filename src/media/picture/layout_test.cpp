#include "media/picture/compositor.h"
#include "support.h"

using media::Picture;
using plan::FramingMode;

/// Nine fields of different brightness, 40 to 200: which part of the source is seen can be read from the picture.
static Picture fields(int width, int height)
{
    Picture picture(width, height);
    picture.fill(0, 128, 128);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            picture.plane(0).row(y)[x] = static_cast<std::uint8_t>(40 + 20 * (3 * (3 * y / height) + 3 * x / width));
    return picture;
}
static int field(int column, int row) { return 40 + 20 * (3 * row + column); }

static Picture drawn(plan::EditPlan const& plan, Picture const& source, std::int64_t frame = 0)
{
    plan::MediaInfo info;
    info.video = plan::VideoStream{.width = source.width(), .height = source.height()};
    media::Compositor compositor(plan, info);
    Picture target(plan.canvas.width, plan.canvas.height);
    compositor.draw(source, frame, target);
    return target;
}

static plan::EditPlan plan_of(FramingMode mode, int width = 180, int height = 320)
{
    plan::EditPlan plan;
    plan.cuts = {{0, 10, ""}};
    plan.canvas = {width, height, 10, 1};
    plan.framing.mode = mode;
    return plan;
}

static int luma(Picture const& picture, double x, double y)
{
    return picture.plane(0).row(static_cast<int>(y * picture.height()))[static_cast<int>(x * picture.width())];
}

TEST(Layout, a_crop_fills_the_canvas_and_follows_its_path)
{
    auto plan = plan_of(FramingMode::Crop);
    plan.framing.path = {{0, 0, 0.5}, {5, 1, 0.5, true}};
    auto const source = fields(480, 270);
    EXPECT_EQ(luma(drawn(plan, source, 0), 0.3, 0.5), field(0, 1));
    EXPECT_EQ(luma(drawn(plan, source, 49), 0.3, 0.5), field(0, 1));
    EXPECT_EQ(luma(drawn(plan, source, 50), 0.7, 0.5), field(2, 1));
}

TEST(Layout, a_glide_is_halfway_at_half_time)
{
    auto plan = plan_of(FramingMode::Crop);
    plan.framing.path = {{0, 0.2, 0.5, false, 1}, {4, 0.8, 0.5, false, 3}};
    auto const key = media::key_at(plan.framing.path, 2);
    EXPECT_DOUBLE_EQ(key.x, 0.5);
    EXPECT_DOUBLE_EQ(key.zoom, 2);
}

TEST(Layout, zoom_makes_the_window_smaller_around_its_place_and_keeps_it_inside)
{
    auto const source = fields(480, 270);
    auto const view = media::crop_view(source, 480.0 / 270, 9.0 / 16, {0, 1, 0, false, 2});
    EXPECT_DOUBLE_EQ(view.height, 135);
    EXPECT_DOUBLE_EQ(view.left + view.width, 480);
    EXPECT_DOUBLE_EQ(view.top, 0);
    EXPECT_EQ(media::crop_view(source, 480.0 / 270, 9.0 / 16, {0, 0.5, 0.5, false, -3}).height, 270);
}

TEST(Layout, fit_shows_all_of_the_picture_between_black_bars)
{
    auto const picture = drawn(plan_of(FramingMode::Fit), fields(480, 270));
    EXPECT_EQ(luma(picture, 0.5, 0.1), 16);
    EXPECT_EQ(luma(picture, 0.5, 0.9), 16);
    EXPECT_EQ(luma(picture, 0.1, 0.5), field(0, 1));
    EXPECT_EQ(luma(picture, 0.9, 0.5), field(2, 1));
}

TEST(Layout, fit_blur_shows_all_of_it_over_a_soft_darker_copy)
{
    auto const source = fields(480, 270);
    auto const picture = drawn(plan_of(FramingMode::FitBlur), source);
    EXPECT_EQ(luma(picture, 0.1, 0.5), field(0, 1));
    EXPECT_EQ(luma(picture, 0.9, 0.5), field(2, 1));
    EXPECT_GT(luma(picture, 0.5, 0.1), 16);
    EXPECT_LT(luma(picture, 0.5, 0.1), field(1, 0));
    for (int x = 1; x < 180; ++x) // no edge in it
        EXPECT_LE(std::abs(picture.plane(0).row(40)[x] - picture.plane(0).row(40)[x - 1]), 3) << x;
}

TEST(Layout, a_filter_can_ask_for_fit_blur)
{
    auto const source = fields(480, 270);
    auto plan = plan_of(FramingMode::Crop);
    plan.filters = {{"fit_blur", {}}};
    auto const asked = drawn(plan, source);
    auto const chosen = drawn(plan_of(FramingMode::FitBlur), source);
    for (int y = 0; y < 320; y += 9) EXPECT_EQ(asked.plane(0).row(y)[50], chosen.plane(0).row(y)[50]) << y;
}

TEST(Layout, split_shows_two_places_one_above_the_other)
{
    auto plan = plan_of(FramingMode::Split);
    plan.framing.path = {{0, 0.16, 0.16, false, 2}};
    plan.framing.second = {{0, 0.84, 0.84, false, 2}};
    auto const picture = drawn(plan, fields(480, 270));
    EXPECT_EQ(luma(picture, 0.2, 0.2), field(0, 0));
    EXPECT_EQ(luma(picture, 0.8, 0.8), field(2, 2));
}

TEST(Layout, screencast_shows_the_whole_width_above_and_a_face_below)
{
    auto plan = plan_of(FramingMode::Screencast);
    plan.framing.second = {{0, 0.9, 0.9, false, 3}};
    auto const picture = drawn(plan, fields(480, 270));
    auto const share = (180 / (480.0 / 270)) / 320;
    EXPECT_EQ(luma(picture, 0.1, share / 2), field(0, 1));
    EXPECT_EQ(luma(picture, 0.9, share / 2), field(2, 1));
    EXPECT_EQ(luma(picture, 0.5, share + 0.3), field(2, 2));
}

TEST(Layout, changes_take_effect_at_their_moments)
{
    auto plan = plan_of(FramingMode::Crop);
    plan.framing.changes = {{1, FramingMode::Fit}, {2, FramingMode::Crop}};
    auto const source = fields(480, 270);
    EXPECT_NE(luma(drawn(plan, source, 9), 0.5, 0.05), 16);
    EXPECT_EQ(luma(drawn(plan, source, 10), 0.5, 0.05), 16);
    EXPECT_NE(luma(drawn(plan, source, 20), 0.5, 0.05), 16);
}

TEST(Layout, stabilisation_moves_the_window_within_its_margin)
{
    auto plan = plan_of(FramingMode::Crop, 320, 180);
    plan.framing.steady = {{0, 0, 0, false, 1.2}, {1, 0.05, -0.02, false, 1.2}};
    auto const source = fields(480, 270);
    auto const at = [&](double seconds) {
        return media::lay_out(plan, FramingMode::Crop, source, 480.0 / 270, seconds)[0].view;
    };
    EXPECT_NEAR(at(0).width, 400, 1e-9);
    EXPECT_NEAR(at(0.5).left - at(0).left, 0.025 * 480, 1e-9);
    EXPECT_NEAR(at(1).top - at(0).top, -0.02 * 270, 1e-9);
}

TEST(Layout, windows_cover_the_canvas_without_overlap_in_every_shape)
{
    for (auto const& [width, height] : {std::pair{16, 16}, {180, 320}, {320, 180}, {1080, 1080}})
        for (auto const& size : {std::pair{2, 2}, {640, 2}, {2, 640}, {480, 270}, {270, 480}})
            for (auto const mode :
                 {FramingMode::Crop, FramingMode::FitBlur, FramingMode::Split, FramingMode::Screencast}) {
                Picture const source(size.first, size.second);
                auto const windows = media::lay_out(plan_of(mode, width, height), mode, source,
                                                    static_cast<double>(size.first) / size.second, 0);
                std::vector<int> seen(static_cast<std::size_t>(width * height));
                for (auto const& window : windows) {
                    EXPECT_TRUE(window.box.left % 2 == 0 && window.box.top % 2 == 0);
                    for (int y = 0; y < window.box.height; ++y)
                        for (int x = 0; x < window.box.width; ++x)
                            ++seen.at(static_cast<std::size_t>((window.box.top + y) * width + window.box.left + x));
                }
                EXPECT_TRUE(std::ranges::all_of(seen, [](int times) { return times == 1; }))
                    << width << "x" << height << " of " << size.first << "x" << size.second;
            }
}

TEST(Layout, places_beyond_all_bounds_stay_inside)
{
    auto plan = plan_of(FramingMode::Crop);
    plan.framing.path = {{0, 1e308, -1e308, false, 1e308}, {1, -1e308, 1e308, false, -1e308}};
    plan.framing.steady = {{0, 1e308, 1e308, false, 1e308}, {1, -1e308, -1e308, false, 0}};
    plan.filters.assign(50, {"chromatic_aberration", {{"amount", 0.05}}});
    auto const source = fields(480, 270);
    for (auto const frame : {0, 5, 9}) EXPECT_GE(luma(drawn(plan, source, frame), 0.5, 0.5), 39);
}

TEST(Layout, the_smallest_pictures_are_drawn)
{
    Picture source(2, 2);
    source.fill(90, 100, 110);
    for (auto const mode :
         {FramingMode::Crop, FramingMode::Fit, FramingMode::FitBlur, FramingMode::Split, FramingMode::Screencast}) {
        auto const picture = drawn(plan_of(mode, 16, 16), source);
        EXPECT_EQ(luma(picture, 0.5, 0.5), 90);
    }
}
