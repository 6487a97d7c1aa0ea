#include "media/filter.h"
#include "media/picture/compositor.h"
#include "media_files.h"

#include <cmath>

using media::Picture;

static plan::FilterCall call(std::string name, std::map<std::string, double> values = {})
{
    return {std::move(name), std::move(values)};
}

static std::string refusal(plan::FilterCall const& filter)
{
    return test::error_of([&] { media::make_filter(filter); }).what();
}

/// Something of everything: a ramp, an edge, colours, a light spot.
static Picture scene(int width = 320, int height = 180)
{
    Picture picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            auto const spot = std::hypot(x - width * 0.6, y - height * 0.4) < height * 0.12;
            auto const edge = (x / 24 + y / 24) % 2 * 40;
            picture.plane(0).row(y)[x] = static_cast<std::uint8_t>(spot ? 228 : 30 + 120 * x / width + edge);
        }
    for (int y = 0; y < height / 2; ++y)
        for (int x = 0; x < width / 2; ++x) {
            picture.plane(1).row(y)[x] = static_cast<std::uint8_t>(90 + 76 * x / (width / 2));
            picture.plane(2).row(y)[x] = static_cast<std::uint8_t>(170 - 70 * y / (height / 2));
        }
    return picture;
}

static std::string bytes(Picture const& picture)
{
    std::string out;
    for (int i = 0; i < 3; ++i) {
        auto const plane = picture.plane(i);
        for (int y = 0; y < plane.height; ++y)
            out.append(reinterpret_cast<char const*>(plane.row(y)), static_cast<std::size_t>(plane.width));
    }
    return out;
}

namespace {

/// A clip of four seconds that shows the scene through some filters.
struct Clip {
    plan::EditPlan plan;
    plan::MediaInfo info;
    Picture source = scene();
    explicit Clip(std::vector<plan::FilterCall> filters)
    {
        plan.cuts = {{0, 4, ""}};
        plan.canvas = {90, 160, 25, 1};
        plan.filters = std::move(filters);
        plan.seed = 7;
        info.video = plan::VideoStream{.width = source.width(), .height = source.height()};
    }
    Picture draw(std::int64_t frame) const
    {
        media::Compositor compositor(plan, info);
        Picture target(plan.canvas.width, plan.canvas.height);
        compositor.draw(source, frame, target);
        return target;
    }
};

} // namespace

static plan::FilterCall ready(media::FilterType const& type, test::Path const& folder)
{
    auto filter = call(std::string(type.name));
    if (type.name == "lut") {
        base::write_file_atomic(folder / "swap.cube", "LUT_3D_SIZE 2\n0 0 0\n0 1 0\n1 0 0\n1 1 0\n"
                                                      "0 0 1\n0 1 1\n1 0 1\n1 1 1\n");
        filter.options["file"] = (folder / "swap.cube").string();
    }
    return filter;
}

TEST(Filters, each_describes_itself_and_takes_its_own_defaults)
{
    base::TemporaryFolder const folder;
    EXPECT_GE(media::all_filters().size(), 26U);
    for (auto const& type : media::all_filters()) {
        EXPECT_FALSE(type.help.empty()) << type.name;
        EXPECT_NO_THROW(media::make_filter(ready(type, folder.path()))) << type.name;
        for (auto const& param : type.params) {
            EXPECT_GE(param.default_value, param.min) << type.name << "." << param.name;
            EXPECT_LE(param.default_value, param.max) << type.name << "." << param.name;
            EXPECT_FALSE(param.help.empty()) << type.name << "." << param.name;
            for (auto const value : {param.min, param.max}) {
                auto filter = ready(type, folder.path());
                filter.values[std::string(param.name)] = value;
                Clip const clip({filter});
                EXPECT_NO_THROW(clip.draw(30)) << type.name << "." << param.name;
            }
        }
    }
}

TEST(Filters, each_changes_the_picture_within_its_window_only_and_does_nothing_at_intensity_0)
{
    base::TemporaryFolder const folder;
    Clip const plain({});
    for (auto const& type : media::all_filters()) {
        if (type.name == "speed" || type.name == "stabilise") continue; // carried out elsewhere
        auto filter = ready(type, folder.path());
        if (type.name == "glitch") filter.values["often"] = 1;
        if (type.name == "pattern_interrupt") filter.times = {1.0};
        filter.values["from"] = 1;
        filter.values["to"] = 2;
        Clip const clip({filter});
        EXPECT_NE(bytes(clip.draw(26)), bytes(plain.draw(26))) << type.name;
        EXPECT_EQ(bytes(clip.draw(24)), bytes(plain.draw(24))) << type.name;
        EXPECT_EQ(bytes(clip.draw(50)), bytes(plain.draw(50))) << type.name;
        filter.values["intensity"] = 0;
        EXPECT_EQ(bytes(Clip({filter}).draw(26)), bytes(plain.draw(26))) << type.name;
    }
}

TEST(Filters, a_frame_is_the_same_whichever_frames_were_drawn_before)
{
    base::TemporaryFolder const folder;
    std::vector<plan::FilterCall> all;
    for (auto const& type : media::all_filters()) all.push_back(ready(type, folder.path()));
    Clip const clip(all);
    media::Compositor used(clip.plan, clip.info);
    for (auto const frame : {60, 3, 99, 27}) {
        Picture target(clip.plan.canvas.width, clip.plan.canvas.height);
        used.draw(clip.source, frame, target);
        EXPECT_EQ(bytes(target), bytes(clip.draw(frame))) << frame;
    }
}

TEST(Filters, every_instruction_set_draws_the_same_bits)
{
    base::TemporaryFolder const folder;
    std::vector<plan::FilterCall> all;
    for (auto const& type : media::all_filters()) all.push_back(ready(type, folder.path()));
    Clip const clip(all);
    auto const best = bytes(clip.draw(27));
    for (auto const target : media::kernels::targets()) {
        media::kernels::use_target(target);
        EXPECT_EQ(bytes(clip.draw(27)), best) << target;
    }
    media::kernels::use_target("");
}

TEST(Filters, values_stay_within_what_a_television_may_show)
{
    base::TemporaryFolder const folder;
    for (auto const& type : media::all_filters()) {
        auto const picture = Clip({ready(type, folder.path())}).draw(27);
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x) {
                ASSERT_GE(picture.plane(0).row(y)[x], 1) << type.name; // overshoot at hard edges may pass 16 and 235
                ASSERT_LE(picture.plane(0).row(y)[x], 254) << type.name;
            }
    }
}

TEST(Filters, what_is_wrong_is_named_with_its_limits)
{
    EXPECT_EQ(refusal(call("noir", {{"contrast", 9}})), "noir.contrast: 9 is outside [0.5, 3]");
    EXPECT_EQ(refusal(call("noir", {{"contrast", std::nan("")}})), "noir.contrast: nan is outside [0.5, 3]");
    EXPECT_EQ(refusal(call("noir", {{"intensity", 1.5}})), "noir.intensity: 1.5 is outside [0, 1]");
    EXPECT_EQ(refusal(call("noir", {{"colour", 1}})), "noir.colour: it takes contrast, intensity, from, to");
    EXPECT_EQ(refusal({"noir", {}, {{"contrast", "much"}}}), "noir.contrast: 'much' is not a number");
    EXPECT_EQ(refusal(call("pattern_interrupt", {{"kind", 3}})), "pattern_interrupt.kind: 3 is not a word");
    EXPECT_EQ(refusal(call("noire")), "no filter is called 'noire'");
    EXPECT_EQ(refusal({"noir", {}, {{"kind", "deep"}}}), "noir.kind: it takes contrast, intensity, from, to");
    EXPECT_EQ(refusal({"noir", {}, {}, {1}}), "noir.times: it takes contrast, intensity, from, to");
    EXPECT_EQ(refusal({"pattern_interrupt", {}, {{"kind", "boom"}}}),
              "pattern_interrupt.kind: 'boom' is none of punch_in, flash, shake, freeze, whip");
    EXPECT_EQ(refusal({"pattern_interrupt", {}, {}, {-1}}), "pattern_interrupt.times: -1 is outside [0, 21600]");
    EXPECT_EQ(refusal({"lut", {}, {{"file", "warm.cube"}}}), "lut.file: 'warm.cube' is not an absolute path");
    EXPECT_EQ(refusal(call("lut")), "lut.file: '' is not an absolute path");
}

TEST(Filters, a_push_zooms_in_over_the_clip)
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

TEST(Filters, grain_moves_with_the_frame_and_repeats_with_the_seed)
{
    Clip clip({call("film_grain", {{"amount", 0.5}})});
    auto const third = bytes(clip.draw(3));
    EXPECT_EQ(third, bytes(clip.draw(3)));
    EXPECT_NE(third, bytes(clip.draw(4)));
    clip.plan.seed = 8;
    EXPECT_NE(third, bytes(clip.draw(3)));
}

TEST(Filters, noir_leaves_no_colour)
{
    auto const picture = Clip({call("noir")}).draw(0);
    for (auto const plane : {picture.plane(1), picture.plane(2)})
        for (int y = 0; y < plane.height; ++y)
            for (int x = 0; x < plane.width; ++x) ASSERT_EQ(plane.row(y)[x], 128);
}

TEST(Filters, glow_lightens_what_lies_around_a_light_and_leaves_the_dark_far_away)
{
    Clip clip({});
    for (int y = 0; y < clip.source.height(); ++y)
        for (int x = 0; x < clip.source.width(); ++x)
            clip.source.plane(0).row(y)[x] = std::hypot(x - 160, y - 90) < 20 ? 235 : 40;
    auto const before = clip.draw(0);
    clip.plan.filters = {call("atmospheric_glow", {{"radius", 0.03}})};
    auto const after = clip.draw(0);
    EXPECT_GT(after.plane(0).row(80)[45 + 24], before.plane(0).row(80)[45 + 24] + 5);
    EXPECT_EQ(after.plane(0).row(4)[4], before.plane(0).row(4)[4]);
}

TEST(Filters, a_vignette_darkens_corners_and_leaves_the_middle)
{
    Clip clip({call("vignette", {{"amount", 1}})});
    clip.source.fill(200, 128, 128);
    auto const picture = clip.draw(0);
    EXPECT_LE(picture.plane(0).row(0)[0], 24);
    EXPECT_GE(picture.plane(0).row(80)[45], 199);
}

TEST(Filters, letterbox_paints_its_bars_and_nothing_else)
{
    Clip clip({call("letterbox", {{"size", 0.1}})});
    clip.source.fill(200, 100, 100);
    auto const picture = clip.draw(0);
    for (auto const row : {0, 15, 144, 159}) EXPECT_EQ(picture.plane(0).row(row)[7], 16) << row;
    for (auto const row : {16, 143}) EXPECT_EQ(picture.plane(0).row(row)[7], 200) << row;
    EXPECT_EQ(picture.plane(1).row(7)[3], 128);
    EXPECT_EQ(picture.plane(1).row(8)[3], 100);
}

TEST(Filters, a_pattern_interrupt_acts_at_its_times_for_so_long)
{
    auto const effect = media::make_filter({"pattern_interrupt", {{"seconds", 0.5}}, {{"kind", "punch_in"}}, {3, 1}});
    for (auto const& [at, acts] :
         {std::pair{0.9, false}, {1.0, true}, {1.45, true}, {1.55, false}, {3.1, true}, {3.6, false}}) {
        media::View view{0, 0, 100, 100};
        effect.view(view, {.at = at});
        EXPECT_EQ(view.width < 100, acts) << at;
    }
}

TEST(Filters, a_freeze_holds_a_moment_and_never_runs_backwards)
{
    auto const effect = media::make_filter({"pattern_interrupt", {{"seconds", 0.5}}, {{"kind", "freeze"}}, {1, 1.2}});
    double last = 0;
    for (double at = 0; at < 3; at += 0.04) {
        auto const shown = effect.time(at, {.at = at});
        EXPECT_GE(shown, last) << at;
        EXPECT_LE(shown, at + 1e-9);
        last = shown;
    }
    EXPECT_DOUBLE_EQ(effect.time(1.1, {.at = 1.1}), 1);
    EXPECT_DOUBLE_EQ(effect.time(1.8, {.at = 1.8}), 1.8);
}

TEST(Filters, without_times_a_pattern_interrupt_comes_again_and_again)
{
    auto const effect = media::make_filter(call("pattern_interrupt", {{"every", 2}}));
    for (auto const& [at, acts] : {std::pair{0.1, false}, {2.1, true}, {3.0, false}, {4.1, true}}) {
        media::View view{0, 0, 100, 100};
        effect.view(view, {.at = at});
        EXPECT_EQ(view.width < 100, acts) << at;
    }
}

TEST(Filters, aberration_moves_colours_apart_at_the_sides_and_not_in_the_middle)
{
    Clip clip({call("chromatic_aberration", {{"amount", 0.05}})});
    clip.plan.canvas = {320, 180, 25, 1};
    for (int i = 1; i < 3; ++i)
        for (int y = 0; y < 90; ++y)
            for (int x = 0; x < 160; ++x) clip.source.plane(i).row(y)[x] = x == 80 || x == 140 ? 200 : 128;
    auto const picture = clip.draw(0);
    auto const brightest = [&](int plane, int from, int to) {
        auto const* row = picture.plane(plane).row(45);
        return static_cast<int>(std::max_element(row + from, row + to) - row);
    };
    EXPECT_NEAR(brightest(1, 60, 100), 80, 1);
    EXPECT_NEAR(brightest(2, 60, 100), 80, 1);
    EXPECT_GE(brightest(1, 120, 160), 142);
    EXPECT_LE(brightest(2, 120, 160), 138);
}

/// The catalog names filters by what they take: every look is one that the engine draws.
TEST(Filters, every_look_of_the_catalog_is_taken)
{
    auto looks = 0;
    for (auto const& file : std::filesystem::directory_iterator(test::source_folder() / "catalog/looks")) {
        auto const document = base::parse_json(base::read_file(file.path(), 1U << 20U), file.path().string());
        auto const calls =
            base::from_json<std::vector<plan::FilterCall>>(document.as_object().at("filters"), file.path().string());
        for (auto const& filter : calls) EXPECT_NO_THROW(media::make_filter(filter)) << file.path();
        ++looks;
    }
    EXPECT_GE(looks, 10);
}
