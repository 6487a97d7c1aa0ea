#include "media/picture/reframe.h"
#include "media/picture/tone.h"
#include "support.h"

#include <cmath>

using media::Picture;

/// Luma rises to the right, chroma is neutral.
static Picture ramp(int width, int height)
{
    Picture picture(width, height);
    picture.fill(0, 128, 128);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            picture.plane(0).row(y)[x] = static_cast<std::uint8_t>(16 + 219 * x / (width - 1));
    return picture;
}

static Picture reframed(Picture const& source, media::View const& view, int width, int height)
{
    Picture target(width, height);
    media::Reframer reframer;
    reframer.run(source, view, target, {0, 0, width, height});
    return target;
}

TEST(Reframe, the_whole_view_at_the_same_size_is_the_same_picture)
{
    auto const source = ramp(64, 32);
    auto const target = reframed(source, {0, 0, 64, 32}, 64, 32);
    for (int x = 0; x < 64; ++x) EXPECT_EQ(target.plane(0).row(7)[x], source.plane(0).row(7)[x]) << x;
}

TEST(Reframe, flat_areas_stay_flat_at_any_scale)
{
    for (auto const side : {6, 34, 100, 358}) {
        Picture source(side, side);
        source.fill(77, 90, 200);
        auto const target = reframed(source, {0.3, 0.7, side - 1.1, side - 1.3}, 90, 160);
        for (int i = 0; i < 3; ++i) {
            auto const plane = target.plane(i);
            for (int y = 0; y < plane.height; ++y)
                for (int x = 0; x < plane.width; ++x)
                    ASSERT_EQ(plane.row(y)[x], (std::array{77, 90, 200}[static_cast<std::size_t>(i)]))
                        << side << " " << i;
        }
    }
}

TEST(Reframe, mirroring_shows_the_other_side_first)
{
    auto const source = ramp(64, 32);
    auto const target = reframed(source, {0, 0, 64, 32, true}, 64, 32);
    for (int x = 0; x < 64; ++x) EXPECT_EQ(target.plane(0).row(3)[x], source.plane(0).row(3)[63 - x]) << x;
}

TEST(Reframe, a_crop_shows_its_part)
{
    auto const target = reframed(ramp(256, 64), {64, 0, 128, 64}, 128, 64);
    EXPECT_NEAR(target.plane(0).row(5)[0], 16 + 219 * 64 / 255, 1);
    EXPECT_NEAR(target.plane(0).row(5)[127], 16 + 219 * 191 / 255, 1);
}

TEST(Reframe, reducing_averages_instead_of_skipping)
{
    Picture source(256, 64); // one-sample stripes: skipping would give black or white
    source.fill(0, 128, 128);
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 256; ++x) source.plane(0).row(y)[x] = x % 2 == 0 ? 16 : 235;
    auto const target = reframed(source, {0, 0, 256, 64}, 64, 16);
    for (int x = 4; x < 60; ++x) EXPECT_NEAR(target.plane(0).row(8)[x], 125, 6) << x;
}

TEST(Reframe, only_the_box_is_drawn)
{
    Picture target(32, 32);
    target.fill(16, 128, 128);
    media::Reframer reframer;
    Picture source(16, 16);
    source.fill(200, 60, 60);
    reframer.run(source, {0, 0, 16, 16}, target, {0, 8, 32, 16});
    EXPECT_EQ(target.plane(0).row(7)[5], 16);
    EXPECT_EQ(target.plane(0).row(8)[5], 200);
    EXPECT_EQ(target.plane(0).row(23)[31], 200);
    EXPECT_EQ(target.plane(0).row(24)[0], 16);
    EXPECT_EQ(target.plane(1).row(3)[0], 128);
    EXPECT_EQ(target.plane(1).row(4)[0], 60);
}

TEST(Reframe, a_view_that_reaches_beyond_the_picture_continues_its_edge)
{
    auto const target = reframed(ramp(64, 32), {-64, -32, 192, 96}, 192, 96);
    EXPECT_EQ(target.plane(0).row(50)[10], 16);
    EXPECT_EQ(target.plane(0).row(50)[180], 235);
    EXPECT_EQ(target.plane(0).row(2)[70], target.plane(0).row(94)[70]);
}

TEST(Reframe, a_moving_view_gives_the_same_as_one_that_begins_there)
{
    auto const source = ramp(256, 64);
    media::Reframer moving;
    Picture target(90, 160);
    for (auto const left : {10.0, 11.25, 40.0}) {
        media::View const view{left, 3, 100, 50};
        moving.run(source, view, target, {0, 0, 90, 160});
        auto const fresh = reframed(source, view, 90, 160);
        for (int x = 0; x < 90; ++x) ASSERT_EQ(target.plane(0).row(77)[x], fresh.plane(0).row(77)[x]) << left;
    }
}

TEST(Reframe, colour_planes_can_be_shifted)
{
    Picture source(64, 32);
    source.fill(100, 128, 128);
    for (int y = 0; y < 16; ++y) source.plane(1).row(y)[16] = source.plane(2).row(y)[16] = 200;
    auto const target = reframed(source, {.width = 64, .height = 32, .u_shift = 0.125, .v_shift = -0.125}, 64, 32);
    EXPECT_EQ(target.plane(1).row(5)[12], 200);
    EXPECT_EQ(target.plane(2).row(5)[20], 200);
}

TEST(Tone, several_changes_cost_one_pass_and_give_the_same_as_one_after_the_other)
{
    auto const change = [](media::Tone& tone, int step) {
        if (step != 1) tone.map_luma([](double y) { return y * 0.5 + 0.2; });
        if (step != 0) tone.map_chroma(0.5F, 0.1F, -0.1F, 0.5F, 3, -3);
    };
    auto once = ramp(64, 4);
    auto twice = ramp(64, 4);
    for (auto* picture : {&once, &twice})
        for (int x = 0; x < 32; ++x) picture->plane(1).row(0)[x] = static_cast<std::uint8_t>(100 + x);
    media::Tone both;
    change(both, 2);
    media::apply(both, once);
    for (auto const step : {0, 1}) {
        media::Tone single;
        change(single, step);
        media::apply(single, twice);
    }
    for (int x = 0; x < 32; ++x) EXPECT_NEAR(once.plane(1).row(0)[x], twice.plane(1).row(0)[x], 1) << x;
    for (int x = 0; x < 64; ++x) EXPECT_NEAR(once.plane(0).row(0)[x], twice.plane(0).row(0)[x], 1) << x;
}

TEST(Colour, is_bt709_limited_range)
{
    auto const equal = [](media::Yuv color, int y, int u, int v) {
        return color.y == y && color.u == u && color.v == v;
    };
    EXPECT_TRUE(equal(media::yuv_of(255, 255, 255), 235, 128, 128));
    EXPECT_TRUE(equal(media::yuv_of(0, 0, 0), 16, 128, 128));
    EXPECT_TRUE(equal(media::yuv_of(255, 0, 0), 63, 102, 240));
    EXPECT_TRUE(equal(media::yuv_of(0, 0, 255), 32, 240, 118));
}
