#include "base/file.h"
#include "plan/color.h"
#include "studio/caption_color.h"
#include "studio/caption_place.h"
#include "studio/catalog.h"
#include "studio/fonts.h"
#include "support.h"

namespace {

plan::Captions captions_of(int cards)
{
    plan::Captions captions;
    captions.style.position = 0.7;
    for (int i = 0; i < cards; ++i) {
        captions.words.push_back({"Hello", i * 2.0, i * 2.0 + 0.5, {}});
        captions.words.push_back({"world.", i * 2.0 + 0.5, i * 2.0 + 1, {}});
    }
    return captions;
}

studio::Obstacle text_at(double start, double end, double y, double height)
{
    return {start, end, {0.1, y, 0.8, height}, studio::ObstacleKind::Text, "the text 'SALE'"};
}

plan::EditPlan plan_of(std::vector<plan::Cut> cuts)
{
    plan::EditPlan plan;
    plan.cuts = std::move(cuts);
    return plan;
}

plan::VideoStream const wide{.width = 1920, .height = 1080};

} // namespace

TEST(Placement, stays_at_the_styles_place_where_nothing_is_in_the_way)
{
    auto captions = captions_of(5);
    auto const report = studio::place_captions(captions, {}, 10, {});
    EXPECT_EQ(report.moves, 0U);
    ASSERT_EQ(captions.placements.size(), 1U);
    EXPECT_NEAR(captions.placements[0].position, 0.7, 0.011);
}

TEST(Placement, leaves_writing_in_the_picture_free_and_does_not_jump_back_for_a_moment)
{
    auto captions = captions_of(6);
    std::vector<studio::Obstacle> const obstacles{text_at(2, 3.5, 0.64, 0.12), text_at(6, 7.5, 0.64, 0.12)};
    auto const report = studio::place_captions(captions, {}, 12, obstacles);
    EXPECT_EQ(report.covered_seconds, 0);
    EXPECT_LE(report.moves, 2U); // it does not go back between the two
    for (auto const& card : plan::caption_cards(captions, 12)) {
        auto const area = studio::card_area(captions, card, {}, plan::caption_position(captions, card.start));
        for (auto const& obstacle : obstacles)
            if (obstacle.start < card.end && obstacle.end > card.start) {
                EXPECT_EQ(studio::intersection(area, obstacle.area).size(), 0) << card.start;
            }
    }
}

TEST(Placement, takes_the_least_bad_place_and_says_so)
{
    auto captions = captions_of(1);
    auto const report = studio::place_captions(
        captions, {}, 2, {text_at(0, 2, 0, 1), {0, 2, {0, 0.4, 1, 0.6}, studio::ObstacleKind::Face, "a face"}});
    EXPECT_GT(report.covered_seconds, 1);
    ASSERT_EQ(captions.placements.size(), 1U);
    EXPECT_LT(captions.placements[0].position, 0.4); // at least not on the face as well
    EXPECT_EQ(captions.placements[0].covers, "the text 'SALE'");
}

TEST(Placement, keeps_off_the_controls_of_each_platform)
{
    studio::Catalog const catalog(test::source_folder() / "catalog");
    ASSERT_GE(catalog.platforms().size(), 3U);
    auto captions = captions_of(3);
    auto const plan = plan_of({{0, 6, ""}});
    plan::Analysis analysis;
    auto const obstacles = studio::find_obstacles(plan, analysis, catalog.platforms());
    auto const report = studio::place_captions(captions, plan.canvas, 6, obstacles);
    EXPECT_EQ(report.covered_seconds, 0);
    EXPECT_LT(captions.placements.at(0).position, 0.65); // Reels cover more than a third below
    auto square = plan;
    square.canvas = {1080, 1080};
    EXPECT_TRUE(studio::find_obstacles(square, analysis, catalog.platforms()).empty());
}

TEST(CanvasMap, follows_the_crop_and_the_cuts)
{
    auto plan = plan_of({{10, 12, ""}, {20, 24, "", 2}});
    plan.framing.path = {{0, 0.25, 0.5, true}, {2, 0.75, 0.5, true}};
    studio::CanvasMap const map(plan, wide);
    auto const window = 9.0 / 16 * 9 / 16; // of the source's width
    auto const first = map.place({0.25 - 0.05, 0.4, 0.1, 0.2}, 1);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_NEAR(first[0].x + first[0].width / 2, 0.5, 1e-9);
    EXPECT_NEAR(first[0].width, 0.1 / window, 1e-9);
    EXPECT_NEAR(first[0].y, 0.4, 1e-9);
    EXPECT_TRUE(map.place({0.25 - 0.05, 0.4, 0.1, 0.2}, 3).empty()); // the window has moved on
    auto const spans = map.clip_spans({11, 22});
    ASSERT_EQ(spans.size(), 2U);
    EXPECT_NEAR(spans[0].start, 1, 1e-9);
    EXPECT_NEAR(spans[1].start, 2, 1e-9);
    EXPECT_NEAR(spans[1].end, 3, 1e-9); // twice as fast
}

TEST(CanvasMap, knows_mirrors_bars_and_two_windows)
{
    auto plan = plan_of({{0, 5, ""}});
    plan.framing.mode = plan::FramingMode::Fit;
    auto const fitted = studio::CanvasMap(plan, wide).place({0, 0, 1, 1}, 1);
    ASSERT_EQ(fitted.size(), 1U);
    EXPECT_NEAR(fitted[0].height, 9.0 / 16 * 9 / 16, 1e-9);
    plan.filters = {{"mirror", {}}};
    EXPECT_NEAR(studio::CanvasMap(plan, wide).place({0, 0, 0.2, 1}, 1).at(0).x, 0.8, 1e-9);
    plan.framing.mode = plan::FramingMode::Split;
    EXPECT_EQ(studio::CanvasMap(plan, wide).place({0.4, 0.4, 0.2, 0.2}, 1).size(), 2U);
}

TEST(CaptionColour, follows_the_palette_and_keeps_its_contrast)
{
    studio::Catalog const catalog(test::source_folder() / "catalog");
    for (auto const* swatch : {"#1b3a8c", "#7a1010", "#0f4020", "#e8e000", "#ff00ff"})
        for (auto const& original : catalog.captions()) {
            auto style = original;
            plan::Analysis analysis;
            analysis.palette = {{"#808080", 0.6}, {swatch, 0.3}};
            analysis.moods = {{plan::Mood::Calm, 0.8, ""}};
            studio::choose_caption_colors(style, analysis);
            auto const luminance = [](std::string const& color) {
                return plan::relative_luminance(plan::parse_color(color, "x"));
            };
            auto const behind = style.box_color.empty() ? style.outline_color : style.box_color;
            auto const text = style.motion == plan::CaptionMotion::Marker ? "#000000" : behind;
            EXPECT_GE(plan::contrast(luminance(style.highlight_color), luminance(text)), 4.5) << style.name << swatch;
            EXPECT_GE(plan::contrast(luminance(style.color), luminance(behind)), 4.5) << style.name << swatch;
        }
}

TEST(CaptionColour, of_a_grey_film_comes_from_its_mood)
{
    plan::CaptionStyle style;
    plan::Analysis analysis;
    analysis.palette = {{"#777777", 1.0}};
    EXPECT_EQ(studio::choose_caption_colors(style, analysis), "the style's own: the film is grey and its mood unknown");
    analysis.moods = {{plan::Mood::Dark, 0.9, ""}};
    EXPECT_EQ(studio::choose_caption_colors(style, analysis), "the film is dark and has no strong colour");
}

TEST(Fonts, cover_every_script_with_colour_for_emoji)
{
    studio::Catalog const catalog(test::source_folder() / "catalog");
    std::string text = "Hi Привет Καλημέρα ";
    text += "مرحبا שלום ";
    text += "नमस्ते สวัสดี ";
    text += "你好 안녕 👋🏽❤️ 👨‍👩‍👧";
    auto const list = studio::find_fonts(catalog.fonts(), true, text);
    EXPECT_EQ(list.missing_characters, 0U);
    ASSERT_GE(list.fonts.size(), 6U);
    EXPECT_EQ(list.fonts[1].family, "Noto Color Emoji");
    EXPECT_EQ(studio::find_fonts(catalog.fonts(), true, "plain text").fonts.size(), 1U);
    EXPECT_EQ(studio::find_fonts(catalog.fonts(), true, "こんにちは").fonts.back().family, "Noto Sans CJK JP");
    EXPECT_EQ(studio::find_fonts(catalog.fonts(), true, "안녕하세요").fonts.back().family, "Noto Sans CJK KR");
    EXPECT_EQ(studio::find_fonts(catalog.fonts(), true, "a\uE000").missing_characters, 1U);
}
