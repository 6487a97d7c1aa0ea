#include "base/file.h"
#include "media/captions/ass_script.h"
#include "media/captions/overlay.h"
#include "support.h"

static constexpr char const* font = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";

static plan::Captions captions(std::vector<plan::Word> words)
{
    plan::Captions out;
    out.style.words_per_line_max = 2;
    out.style.characters_per_line_max = 12;
    out.font_path = font;
    out.font_family = "DejaVu Sans";
    out.words = std::move(words);
    return out;
}

static std::string text_of(plan::Captions const& captions, media::CaptionCard const& card)
{
    std::string out;
    for (auto const& line : card.lines) {
        if (!out.empty()) out += " / ";
        for (auto const index : line) out += (index == line.front() ? "" : " ") + captions.words[index].text;
    }
    return out;
}

static std::vector<std::string> cards_of(plan::Captions const& captions, double seconds = 100)
{
    std::vector<std::string> out;
    for (auto const& card : media::layout(captions, seconds))
        out.push_back(fmt::format("{:.2f}-{:.2f} {}", card.start, card.end, text_of(captions, card)));
    return out;
}

TEST(CaptionLayout, breaks_at_sentences_pauses_and_limits)
{
    auto const input = captions({{"One", 0, 0.4, {}},
                                 {"two.", 0.4, 0.8, {}},
                                 {"Three", 0.9, 1.2, {}},
                                 {"four", 1.2, 1.5, {}},
                                 {"five", 1.5, 1.8, {}},
                                 {"six", 1.8, 2.0, {}},
                                 {"seven", 2.0, 2.3, {}},
                                 {"eight", 4.0, 4.4, {}}});
    EXPECT_EQ(cards_of(input), (std::vector<std::string>{"0.00-0.90 One two.", "0.90-2.00 Three four / five six",
                                                         "2.00-2.65 seven", "4.00-4.75 eight"}));
}

TEST(CaptionLayout, cards_never_overlap_nor_outlast_the_clip)
{
    std::vector<plan::Word> words;
    for (int i = 0; i < 200; ++i)
        words.push_back({"w" + std::to_string(i), i * 0.13, i * 0.13 + 0.3, {}}); // overlapping words
    double last = 0;
    for (auto const& card : media::layout(captions(words), 20)) {
        EXPECT_GE(card.start, last);
        EXPECT_GT(card.end, card.start);
        EXPECT_LE(card.end, 20);
        last = card.end;
    }
}

TEST(CaptionLayout, words_without_text_or_time_are_left_out)
{
    EXPECT_EQ(cards_of(captions({{"", 0, 1, {}}, {"back", 2, 1, {}}, {"late", 200, 201, {}}})),
              std::vector<std::string>{});
}

TEST(AssScript, a_transcript_cannot_smuggle_commands_in)
{
    auto const script = media::ass_script(captions({{"{\\pos(0,0)}x\\N", 0, 1, {}}}), {}, 10);
    EXPECT_EQ(script.find("{\\pos(0,0)}"), std::string::npos);
    EXPECT_NE(script.find("\\{"), std::string::npos);
    EXPECT_NE(script.find("\\\u2060N"), std::string::npos);
}

TEST(AssScript, capitals_know_other_scripts)
{
    auto input = captions({{"élan", 0, 1, {}}, {"привет", 1, 2, {}}});
    input.style.uppercase = true;
    auto const script = media::ass_script(input, {}, 10);
    EXPECT_NE(script.find("ÉLAN"), std::string::npos);
    EXPECT_NE(script.find("ПРИВЕТ"), std::string::npos);
}

TEST(AssScript, is_as_it_was)
{
    auto input = captions({{"Hello", 0.2, 0.6, {}}, {"world", 0.6, 1.0, {}}});
    input.style.motion = plan::CaptionMotion::Pop;
    auto const path = test::source_folder() / "tests/golden/captions/pop.ass";
    auto const script = media::ass_script(input, {}, 2);
    if (std::getenv("ETTAMETTA_UPDATE_GOLDEN")) base::write_file_atomic(path, script);
    EXPECT_EQ(script, base::read_file(path, 100'000));
}

TEST(CaptionColour, is_six_digits)
{
    EXPECT_EQ(media::parse_color("#ffe14d", "x").green, 0xE1);
    for (auto const* text : {"", "#fff", "ffe14d0", "#ggeeff", "red"})
        EXPECT_EQ(test::error_of([&] { media::parse_color(text, "style.color"); }).code, base::ErrorCode::InvalidInput)
            << text;
}

static int bright_samples(media::Picture const& picture)
{
    int count = 0;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) count += picture.plane(0).row(y)[x] > 200;
    return count;
}

TEST(CaptionOverlay, draws_while_a_word_is_spoken_and_nothing_before)
{
    plan::Canvas const canvas{360, 640};
    media::CaptionOverlay overlay(captions({{"Hello", 1, 2, {}}}), canvas, 5);
    for (auto const& [at, visible] : {std::pair{0.5, false}, {1.5, true}, {4.0, false}}) {
        media::Picture picture(360, 640);
        picture.fill(60, 128, 128);
        overlay.draw(picture, at);
        EXPECT_EQ(bright_samples(picture) > 200, visible) << at;
    }
}

TEST(CaptionOverlay, a_font_that_is_not_there_or_is_none_is_named)
{
    auto missing = captions({{"Hello", 0, 1, {}}});
    missing.font_path = "/nowhere/font.ttf";
    EXPECT_EQ(test::error_of([&] { media::CaptionOverlay(missing, {}, 5); }).code, base::ErrorCode::NotFound);
    base::TemporaryFolder folder;
    missing.font_path = (folder.path() / "font.ttf").string();
    base::write_file_atomic(missing.font_path, "no font");
    EXPECT_EQ(test::error_of([&] { media::CaptionOverlay(missing, {}, 5); }).code, base::ErrorCode::InvalidInput);
}
