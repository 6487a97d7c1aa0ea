#include "base/json.h"
#include "base/subprocess.h"
#include "media/captions/card_art.h"
#include "media/captions/overlay.h"
#include "support.h"

#include <cmath>
#include <fstream>
#include <map>

namespace {

constexpr char const* lato = "/usr/share/fonts/truetype/lato/Lato-Black.ttf";
constexpr char const* noto = "/usr/share/fonts/truetype/noto/";
constexpr char const* cjk = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc";

std::vector<plan::FontFile> const all_scripts{
    {std::string(noto) + "NotoSans-Bold.ttf", "Noto Sans"},
    {std::string(noto) + "NotoSansArabic-Bold.ttf", "Noto Sans Arabic"},
    {std::string(noto) + "NotoSansHebrew-Bold.ttf", "Noto Sans Hebrew"},
    {std::string(noto) + "NotoSansDevanagari-Bold.ttf", "Noto Sans Devanagari"},
    {std::string(noto) + "NotoSansThai-Bold.ttf", "Noto Sans Thai"},
    {cjk, "Noto Sans CJK SC"},
    {std::string(noto) + "NotoColorEmoji.ttf", "Noto Color Emoji"}};

plan::CaptionStyle style_named(std::string const& name)
{
    auto const path = test::source_folder() / ("catalog/captions/" + name + ".json");
    return base::read_json<plan::CaptionStyle>(base::read_file(path, 1 << 16), name);
}

/// The file of the style's first font, as Debian's packages put it.
plan::FontFile font_of(std::string const& style)
{
    if (style == "handwritten")
        return {"/usr/share/fonts/opentype/kaushanscript/KaushanScript-Regular.otf", "Kaushan Script"};
    if (style == "typewriter") return {"/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf", "DejaVu Sans Mono"};
    if (style == "minimal") return {"/usr/share/fonts/truetype/lato/Lato-Regular.ttf", "Lato"};
    if (style == "box") return {"/usr/share/fonts/truetype/lato/Lato-Bold.ttf", "Lato"};
    if (style == "karaoke") return {"/usr/share/fonts/truetype/lato/Lato-Heavy.ttf", "Lato"};
    if (style == "news") return {std::string(noto) + "NotoSans-Bold.ttf", "Noto Sans"};
    return {lato, "Lato"};
}

/// Words of half a second each, one after the other.
plan::Captions captions(std::string const& style, std::vector<std::string> const& words)
{
    plan::Captions out;
    out.style = style_named(style);
    auto const font = font_of(style);
    out.font_path = font.path;
    out.font_family = font.family;
    out.fallback_fonts = all_scripts;
    double at = 0;
    for (auto const& word : words) {
        out.words.push_back({word, at, at + 0.5, {}});
        at += 0.5;
    }
    return out;
}

/// A picture with a bright half and a dark half, and colours.
media::Picture backdrop(int width, int height)
{
    media::Picture picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            picture.plane(0).row(y)[x] = static_cast<std::uint8_t>(50 + 150 * x / width + (x / 40 + y / 40) % 2 * 12);
    for (int y = 0; y < height / 2; ++y)
        for (int x = 0; x < width / 2; ++x) {
            picture.plane(1).row(y)[x] = static_cast<std::uint8_t>(150 - 50 * y / height);
            picture.plane(2).row(y)[x] = static_cast<std::uint8_t>(110 + 40 * x / width);
        }
    return picture;
}

/// Where somebody wants to look at what the tests see: ETTAMETTA_PICTURES names a folder.
void show(media::Picture const& picture, std::string const& name)
{
    auto const* folder = std::getenv("ETTAMETTA_PICTURES");
    if (!folder) return;
    auto const path = std::filesystem::path(folder) / (name + ".yuv");
    std::ofstream out(path, std::ios::binary);
    for (int plane = 0; plane < 3; ++plane)
        for (int y = 0; y < picture.plane(plane).height; ++y)
            out.write(reinterpret_cast<char const*>(picture.plane(plane).row(y)), picture.plane(plane).width);
    out.close();
    auto const png = std::filesystem::path(folder) / (name + ".png");
    base::Command command{.arguments = {"ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt",
                                        "yuv420p", "-s", fmt::format("{}x{}", picture.width(), picture.height()), "-i",
                                        path.string(), png.string()}};
    base::run(command);
    std::filesystem::remove(path);
}

} // namespace

/// A picture boiled down to what an eye would notice: mean luma of 54 x 24 fields of its caption area, a letter each.
static std::string coarse(media::Picture const& picture, int top, int height)
{
    constexpr int columns = 54;
    constexpr int rows = 24;
    std::string text;
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            int sum = 0;
            int count = 0;
            for (int y = top + height * row / rows; y < top + height * (row + 1) / rows; ++y)
                for (int x = picture.width() * column / columns; x < picture.width() * (column + 1) / columns; ++x) {
                    sum += picture.plane(0).row(y)[x];
                    ++count;
                }
            text += static_cast<char>('A' + sum / count / 10);
        }
        text += '\n';
    }
    return text;
}

/// Fields that differ by more than one step; fonts change a little with their package's version.
static int differences(std::string const& one, std::string const& other)
{
    if (one.size() != other.size()) return static_cast<int>(std::max(one.size(), other.size()));
    int count = 0;
    for (std::size_t i = 0; i < one.size(); ++i) count += std::abs(one[i] - other[i]) > 1 ? 1 : 0;
    return count;
}

static void expect_golden(media::Picture const& picture, std::string const& name)
{
    show(picture, name);
    auto const path = test::source_folder() / ("tests/golden/captions/" + name + ".txt");
    auto const text = coarse(picture, 1160, 400);
    if (std::getenv("ETTAMETTA_UPDATE_GOLDEN")) base::write_file_atomic(path, text);
    EXPECT_LE(differences(text, base::read_file(path, 100'000)), 12) << name;
}

struct CaptionStyles : testing::TestWithParam<char const*> {};

TEST_P(CaptionStyles, look_as_they_did)
{
    auto const input = captions(GetParam(), {"Speed", "is", "nothing", "without", "care,", "my", "friend", "🎉"});
    media::CaptionOverlay overlay(input, {1080, 1920}, 20);
    auto picture = backdrop(1080, 1920);
    overlay.draw(picture, 1.2);
    expect_golden(picture, std::string("style_") + GetParam());
    EXPECT_GE(overlay.facts().contrast_min, 4.5);
}

INSTANTIATE_TEST_SUITE_P(Catalog, CaptionStyles,
                         testing::Values("bold", "karaoke", "box", "outline", "typewriter", "minimal", "news",
                                         "handwritten", "marker"),
                         [](auto const& tested) { return std::string(tested.param); });

struct Script {
    char const* name;
    std::vector<std::string> words;
};

std::vector<Script> scripts()
{
    return {
        {"latin", {"Ärger", "naïve", "œuvre", "łódź"}},
        {"cyrillic", {"Привет", "прекрасный", "мир"}},
        {"greek", {"Καλημέρα", "όμορφε", "κόσμε"}},
        {"arabic", {"مرحبا", "بالعالم", "الجميل", "123"}},
        {"hebrew", {"שלום", "עולם", "יפה"}},
        {"devanagari", {"नमस्ते", "सुंदर", "क्षितिज"}},
        {"thai", {"สวัสดี", "ชาวโลก"}},
        {"chinese", {"你", "好", "世", "界"}},
        {"japanese", {"こん", "にちは", "世界"}},
        {"korean", {"안녕하세요", "세계"}},
        {"emoji", {"Hi", "👋🏽", "family", "👨‍👩‍👧", "❤️", "🇩🇪"}},
    };
}

struct CaptionScripts : testing::TestWithParam<Script> {};

TEST_P(CaptionScripts, are_drawn_without_a_missing_glyph)
{
    auto const input = captions("karaoke", GetParam().words);
    media::CaptionOverlay overlay(input, {1080, 1920}, 20);
    auto picture = backdrop(1080, 1920);
    overlay.draw(picture, 0.7);
    auto const facts = overlay.measure_cards();
    EXPECT_EQ(facts.missing_glyphs, 0);
    EXPECT_EQ(facts.shrunk_cards, 0);
    expect_golden(picture, std::string("script_") + GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(All, CaptionScripts, testing::ValuesIn(scripts()),
                         [](auto const& tested) { return std::string(tested.param.name); });

static std::vector<std::uint8_t> bytes_of(media::Picture const& picture)
{
    std::vector<std::uint8_t> bytes;
    for (int plane = 0; plane < 3; ++plane)
        for (int y = 0; y < picture.plane(plane).height; ++y)
            bytes.insert(bytes.end(), picture.plane(plane).row(y),
                         picture.plane(plane).row(y) + picture.plane(plane).width);
    return bytes;
}

TEST(CaptionOverlay, draws_the_same_in_any_order)
{
    auto const input = captions("bold", {"One", "two", "three.", "Four", "five", "six", "seven.", "Eight"});
    media::CaptionOverlay forward(input, {360, 640}, 20);
    media::CaptionOverlay backward(input, {360, 640}, 20);
    std::map<int, std::vector<std::uint8_t>> drawn;
    for (int frame = 0; frame < 120; frame += 3) {
        auto picture = backdrop(360, 640);
        forward.draw(picture, frame / 30.0);
        drawn[frame] = bytes_of(picture);
    }
    for (int frame = 117; frame >= 0; frame -= 3) {
        auto picture = backdrop(360, 640);
        backward.draw(picture, frame / 30.0);
        EXPECT_TRUE(bytes_of(picture) == drawn[frame]) << frame;
    }
}

TEST(CaptionOverlay, draws_while_a_card_stands_and_nothing_before_or_after)
{
    auto input = captions("bold", {"Hello"});
    input.words[0] = {"Hello", 1, 2, {}};
    media::CaptionOverlay overlay(input, {360, 640}, 5);
    auto const untouched = bytes_of(backdrop(360, 640));
    for (auto const& [at, visible] : {std::pair{0.5, false}, {1.5, true}, {4.0, false}}) {
        auto picture = backdrop(360, 640);
        overlay.draw(picture, at);
        EXPECT_EQ(bytes_of(picture) != untouched, visible) << at;
    }
}

TEST(CaptionOverlay, stands_where_the_plan_places_it)
{
    auto input = captions("box", {"Hello", "there"});
    input.placements = {{0, 10, 0.2, "", ""}};
    media::CaptionOverlay overlay(input, {360, 640}, 5);
    auto picture = backdrop(360, 640);
    auto const before = bytes_of(picture);
    overlay.draw(picture, 0.5);
    auto const after = bytes_of(picture);
    int first = 640;
    int last = 0;
    for (int y = 0; y < 640; ++y)
        if (!std::equal(after.begin() + y * 360, after.begin() + (y + 1) * 360, before.begin() + y * 360)) {
            first = std::min(first, y);
            last = y;
        }
    EXPECT_NEAR((first + last) / 2.0, 0.2 * 640, 10);
}

/// Every style, on black, on white and on colours: the text stands out by 4.5 to 1 from what is behind it.
TEST(CaptionContrast, holds_on_any_background)
{
    for (auto const* name : {"bold", "karaoke", "box", "minimal", "handwritten", "news", "typewriter", "outline"}) {
        media::CaptionOverlay overlay(captions(name, {"Hello", "there"}), {360, 640}, 5);
        for (auto const& [y, u, v] : {std::tuple{16, 128, 128},
                                      {235, 128, 128},
                                      {126, 128, 128},
                                      {80, 90, 240},
                                      {170, 44, 142},
                                      {41, 240, 110}}) {
            media::Picture picture(360, 640);
            picture.fill(static_cast<std::uint8_t>(y), static_cast<std::uint8_t>(u), static_cast<std::uint8_t>(v));
            overlay.draw(picture, 0.2);
        }
        EXPECT_GE(overlay.facts().contrast_min, 4.5) << name;
    }
}

TEST(CaptionContrast, a_faint_outline_is_strengthened_only_where_it_must_be)
{
    media::CaptionOverlay overlay(captions("minimal", {"Hello", "there"}), {360, 640}, 5);
    media::Picture picture(360, 640);
    picture.fill(40, 128, 128);
    overlay.draw(picture, 0.2);
    EXPECT_EQ(overlay.facts().strengthened, 0);
    picture.fill(220, 128, 128);
    overlay.draw(picture, 0.2);
    EXPECT_EQ(overlay.facts().strengthened, 1);
    EXPECT_EQ(overlay.facts().frames, 2);
}

TEST(CaptionOverlay, a_font_that_is_not_there_or_is_none_is_named)
{
    auto missing = captions("bold", {"Hello"});
    missing.font_path = "/nowhere/font.ttf";
    EXPECT_EQ(test::error_of([&] { media::CaptionOverlay(missing, {}, 5); }).code, base::ErrorCode::NotFound);
    base::TemporaryFolder folder;
    missing.font_path = (folder.path() / "font.ttf").string();
    base::write_file_atomic(missing.font_path, "no font");
    EXPECT_EQ(test::error_of([&] { media::CaptionOverlay(missing, {}, 5); }).code, base::ErrorCode::InvalidInput);
}

TEST(CaptionOverlay, glyphs_that_no_font_has_are_counted)
{
    auto input = captions("karaoke", {"你好", "yes"});
    input.fallback_fonts.clear();
    media::CaptionOverlay overlay(input, {360, 640}, 5);
    EXPECT_EQ(overlay.measure_cards().missing_glyphs, 2);
    auto picture = backdrop(360, 640);
    overlay.draw(picture, 0.2);
}

TEST(CaptionOverlay, awkward_words_are_drawn_inside_the_canvas)
{
    std::string endless;
    for (int i = 0; i < 5000; ++i) endless += "endless";
    std::vector<std::string> const awkward{std::string(60, 'W'), endless,    "a\x01\x02\tb\nc",
                                           "\u202Eright",        "\xff\xfe", "<b>&amp;</b>",
                                           "{\\pos(0,0)}",       "\u200B",   "é́́́́́́́́́́"};
    for (auto const* name : {"bold", "box", "typewriter", "news", "marker"})
        for (auto const& word : awkward) {
            media::CaptionOverlay overlay(captions(name, {word, "next"}), {202, 360}, 5);
            auto const facts = overlay.measure_cards();
            if (word.size() == 60) { EXPECT_GT(facts.shrunk_cards, 0); }
            if (word.size() > 1000) { EXPECT_GT(facts.shortened_cards, 0); }
            for (auto const at : {0.0, 0.3, 0.7}) {
                auto picture = backdrop(202, 360);
                overlay.draw(picture, at);
            }
        }
}

TEST(CaptionOverlay, the_smallest_and_the_widest_canvas_are_drawn_on)
{
    for (auto const& [width, height] : {std::pair{16, 16}, {16, 640}, {1920, 64}}) {
        media::CaptionOverlay overlay(captions("bold", {"Hello", "there"}), {width, height}, 5);
        auto picture = backdrop(width, height);
        overlay.draw(picture, 0.2);
    }
}

TEST(Blend, is_exact_and_stays_inside_the_picture)
{
    std::vector<std::uint32_t> samples(7 * 5);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        auto const alpha = static_cast<std::uint32_t>(i * 255 / (samples.size() - 1));
        samples[i] = alpha << 24U | alpha << 16U | alpha << 8U | alpha; // white
    }
    media::Bitmap const bitmap(samples.data(), 7, 5, 7);
    EXPECT_EQ(bitmap.width(), 8);
    for (auto const& [left, top] : {std::pair{0, 0}, {-4, -2}, {12, 12}, {30, 0}, {-20, 4}}) {
        media::Picture picture(16, 16);
        picture.fill(100, 100, 150);
        media::blend(picture, bitmap, left, top);
        for (int y = 0; y < 16; ++y)
            for (int x = 0; x < 16; ++x) {
                auto const inside = x >= left && x < left + 7 && y >= top && y < top + 5;
                auto const alpha =
                    inside ? static_cast<int>(samples[static_cast<std::size_t>((y - top) * 7 + x - left)] >> 24U) : 0;
                EXPECT_NEAR(picture.plane(0).row(y)[x], (235.0 * alpha + 100.0 * (255 - alpha)) / 255, 1.01)
                    << x << "," << y;
            }
    }
}

TEST(Blend, opacity_goes_from_nothing_to_all)
{
    std::vector<std::uint32_t> const samples(4, 0xFFFFFFFFU);
    media::Bitmap const bitmap(samples.data(), 2, 2, 2);
    int last = 99;
    for (int opacity = 0; opacity <= media::opaque; opacity += 16) {
        media::Picture picture(2, 2);
        picture.fill(100, 128, 128);
        media::blend(picture, bitmap, 0, 0, opacity);
        EXPECT_GE(picture.plane(0).row(0)[0], last);
        last = picture.plane(0).row(0)[0];
        EXPECT_NEAR(picture.plane(1).row(0)[0], 128, 1);
    }
    EXPECT_EQ(last, 235);
}
