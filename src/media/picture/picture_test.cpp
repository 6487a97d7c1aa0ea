#include "media/filter.h"
#include "media/picture/normalise.h"
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

static plan::FilterCall call(std::string name, std::map<std::string, double> values = {})
{
    return {std::move(name), std::move(values)};
}
static std::string refusal(plan::FilterCall const& filter)
{
    return test::error_of([&] { media::make_filter(filter); }).what();
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

TEST(Filter, noir_leaves_no_colour_and_widens_contrast)
{
    auto const effect = media::make_filter(call("noir"));
    media::Tone tone;
    effect.tone(tone, {});
    auto picture = ramp(256, 4);
    for (int x = 0; x < 128; ++x) picture.plane(2).row(0)[x] = 220;
    media::apply(tone, picture);
    for (int x = 0; x < 128; ++x) EXPECT_EQ(picture.plane(2).row(0)[x], 128);
    EXPECT_EQ(picture.plane(0).row(0)[4], 16);
    EXPECT_GT(picture.plane(0).row(0)[200], ramp(256, 4).plane(0).row(0)[200]);
}

TEST(Filter, a_push_zooms_in_over_the_clip)
{
    auto const effect = media::make_filter(call("zoom", {{"factor", 1.5}, {"push", 1}}));
    media::View first{0, 0, 300, 300};
    media::View last{0, 0, 300, 300};
    effect.view(first, {.at = 0, .duration = 10});
    effect.view(last, {.at = 10, .duration = 10});
    EXPECT_DOUBLE_EQ(first.width, 300);
    EXPECT_DOUBLE_EQ(last.width, 200);
    EXPECT_DOUBLE_EQ(last.left, 50);
}

TEST(Filter, grain_moves_with_the_frame_and_repeats_with_the_seed)
{
    auto const effect = media::make_filter(call("film_grain", {{"amount", 0.5}}));
    auto const luma = [&](std::int64_t frame, std::uint64_t seed) {
        Picture picture(64, 64);
        picture.fill(120, 128, 128);
        effect.picture(picture, {.frame = frame, .seed = seed});
        std::string out;
        for (int y = 0; y < 64; ++y) out.append(reinterpret_cast<char const*>(picture.plane(0).row(y)), 64);
        return out;
    };
    EXPECT_EQ(luma(3, 1), luma(3, 1));
    EXPECT_NE(luma(3, 1), luma(4, 1));
    EXPECT_NE(luma(3, 1), luma(3, 2));
}

TEST(Filter, does_nothing_outside_its_window)
{
    auto const effect = media::make_filter(call("mirror", {{"from", 2}, {"to", 3}}));
    for (auto const& [at, mirrored] : {std::pair{1.9, false}, {2.0, true}, {2.9, true}, {3.0, false}}) {
        media::View view{0, 0, 10, 10};
        effect.view(view, {.at = at});
        EXPECT_EQ(view.mirror, mirrored) << at;
    }
}

TEST(Filter, what_is_wrong_is_named_with_its_limits)
{
    EXPECT_EQ(refusal(call("noir", {{"contrast", 9}})), "noir.contrast: 9 is outside [0.5, 3]");
    EXPECT_EQ(refusal(call("noir", {{"contrast", std::nan("")}})), "noir.contrast: nan is outside [0.5, 3]");
    EXPECT_EQ(refusal(call("noir", {{"colour", 1}})), "noir.colour: it takes contrast, from, to");
    EXPECT_EQ(refusal(call("noire")), "no filter is called 'noire'");
}

TEST(Filter, each_describes_itself_and_takes_its_own_defaults)
{
    for (auto const& type : media::all_filters()) {
        EXPECT_FALSE(type.help.empty()) << type.name;
        EXPECT_NO_THROW(media::make_filter(call(std::string(type.name)))) << type.name;
        for (auto const& param : type.params) {
            EXPECT_GE(param.default_value, param.min) << type.name << "." << param.name;
            EXPECT_LE(param.default_value, param.max) << type.name << "." << param.name;
            EXPECT_FALSE(param.help.empty()) << type.name << "." << param.name;
        }
    }
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
