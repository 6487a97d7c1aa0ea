#include "media/captions/overlays.h"
#include "media_files.h"
#include "support.h"

namespace {

std::vector<plan::FontFile> const fonts{{"/usr/share/fonts/truetype/lato/Lato-Black.ttf", "Lato"}};

media::Picture grey(int width = 360, int height = 640)
{
    media::Picture picture(width, height);
    picture.fill(120, 128, 128);
    return picture;
}

/// Rows of luma in which anything was drawn.
std::pair<int, int> drawn_rows(media::Picture const& picture)
{
    std::pair<int, int> rows{picture.height(), -1};
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            if (picture.plane(0).row(y)[x] != 120) {
                rows.first = std::min(rows.first, y);
                rows.second = y;
            }
    return rows;
}

} // namespace

TEST(Title, stands_for_its_time)
{
    media::TitleOverlay title({"Ten things nobody tells you", 1, 3, plan::title_style(), fonts}, {360, 640});
    for (auto const& [at, visible] : {std::pair{0.9, false}, {1.0, true}, {2.9, true}, {3.0, false}}) {
        auto picture = grey();
        title.draw(picture, at);
        EXPECT_EQ(drawn_rows(picture).second >= 0, visible) << at;
    }
    EXPECT_EQ(title.facts().missing_glyphs, 0);
}

TEST(Title, is_drawn_on_a_still)
{
    auto picture = grey();
    media::draw_title(picture, "The city that never was", fonts, plan::title_style());
    auto const [first, last] = drawn_rows(picture);
    EXPECT_GT(first, 20);
    EXPECT_LT(last, 320); // the upper half
    EXPECT_GT(last - first, 60);
}

TEST(Title, of_any_length_is_drawn_or_refused)
{
    auto picture = grey(64, 64);
    media::draw_title(picture, std::string(400, 'W'), fonts, plan::title_style());
    media::draw_title(picture, "", fonts, plan::title_style());
    EXPECT_EQ(test::error_of([&] { media::draw_title(picture, std::string(501, 'x'), fonts, {}); }).code,
              base::ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { media::draw_title(picture, "x", {}, {}); }).code, base::ErrorCode::InvalidInput);
}

TEST(Watermark, lies_in_its_corner_and_nowhere_else)
{
    base::TemporaryFolder folder;
    auto const png =
        test::ffmpeg({"-f", "lavfi", "-i", "color=white:s=80x40", "-frames:v", "1"}, folder.path() / "a.png");
    for (auto const corner :
         {plan::Corner::TopLeft, plan::Corner::TopRight, plan::Corner::BottomLeft, plan::Corner::BottomRight}) {
        auto picture = grey();
        media::WatermarkOverlay({png.string(), corner, 1, 0.2}, {360, 640}).draw(picture);
        auto const right = corner == plan::Corner::TopRight || corner == plan::Corner::BottomRight;
        auto const below = corner == plan::Corner::BottomLeft || corner == plan::Corner::BottomRight;
        auto const luma = [&](int x, int y) { return picture.plane(0).row(below ? 639 - y : y)[right ? 359 - x : x]; };
        EXPECT_EQ(luma(40, 25), 235);
        EXPECT_EQ(luma(2, 2), 120);
        EXPECT_EQ(luma(180, 320), 120);
    }
}

TEST(Watermark, what_is_no_png_or_out_of_range_is_refused)
{
    base::TemporaryFolder folder;
    auto const path = (folder.path() / "a.png").string();
    auto const refused = [&](plan::Watermark const& watermark) {
        return test::error_of([&] { media::WatermarkOverlay(watermark, {360, 640}); }).code;
    };
    EXPECT_EQ(refused({path, {}, 1, 0.2}), base::ErrorCode::NotFound);
    base::write_file_atomic(path, "no picture");
    EXPECT_EQ(refused({path, {}, 1, 0.2}), base::ErrorCode::InvalidInput);
    std::string const huge("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06", 26);
    base::write_file_atomic(path, huge);
    EXPECT_EQ(refused({path, {}, 1, 0.2}), base::ErrorCode::InvalidInput);
    EXPECT_EQ(refused({path, {}, 2, 0.2}), base::ErrorCode::InvalidInput);
    EXPECT_EQ(refused({path, {}, 1, 0}), base::ErrorCode::InvalidInput);
}

TEST(Overlays, draw_what_the_plan_holds)
{
    plan::EditPlan plan;
    plan.canvas = {360, 640};
    plan.title = plan::Title{"Hello", 0, 2, plan::title_style(), fonts};
    media::Overlays overlays(plan, 5);
    auto picture = grey();
    overlays.draw(picture, 1);
    EXPECT_GE(drawn_rows(picture).second, 0);
    EXPECT_EQ(overlays.captions(), nullptr);
}
