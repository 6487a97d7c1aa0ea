#include "base/json.h"
#include "base/subprocess.h"
#include "media/captions/card_art.h"
#include "media/captions/overlay.h"
#include "support.h"

#include <cmath>
#include <fstream>

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

/// Words of half a second each, one after the other.
plan::Captions captions(std::string const& style, std::vector<std::string> const& words)
{
    plan::Captions out;
    out.style = style_named(style);
    out.font_path = lato;
    out.font_family = "Lato";
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

TEST(Captions, look)
{
    for (auto const* name :
         {"bold", "karaoke", "box", "outline", "typewriter", "minimal", "news", "handwritten", "marker"}) {
        auto input = captions(name, {"Speed", "is", "nothing", "without", "care,", "my", "friend", "🎉"});
        media::CaptionOverlay overlay(input, {1080, 1920}, 20);
        auto picture = backdrop(1080, 1920);
        overlay.draw(picture, 1.2);
        show(picture, std::string("style_") + name);
    }
}

TEST(Captions, scripts)
{
    std::vector<std::vector<std::string>> const texts{{"Ärger", "naïve", "œuvre", "łódź"},
                                                      {"Привет", "прекрасный", "мир"},
                                                      {"Καλημέρα", "όμορφε", "κόσμε"},
                                                      {"مرحبا", "بالعالم", "الجميل", "123"},
                                                      {"שלום", "עולם", "יפה"},
                                                      {"नमस्ते", "सुंदर", "क्षितिज"},
                                                      {"สวัสดี", "ชาวโลก"},
                                                      {"你", "好", "，", "世", "界"},
                                                      {"こん", "にちは", "世界"},
                                                      {"안녕하세요", "세계"},
                                                      {"Hi", "👋🏽", "family", "👨‍👩‍👧", "❤️", "🇩🇪"}};
    int i = 0;
    for (auto const& words : texts) {
        auto input = captions("karaoke", words);
        media::CaptionOverlay overlay(input, {1080, 1920}, 20);
        auto picture = backdrop(1080, 1920);
        overlay.draw(picture, 0.7);
        EXPECT_EQ(overlay.measure_cards().missing_glyphs, 0) << words[0];
        show(picture, "script_" + std::to_string(i++));
    }
}
