#include "plan/caption_check.h"
#include "plan/caption_layout.h"
#include "plan/caption_text.h"
#include "plan/color.h"
#include "support.h"

static plan::Captions captions(std::vector<plan::Word> words)
{
    plan::Captions out;
    out.style.words_per_line_max = 4;
    out.style.characters_per_line_max = 20;
    out.words = std::move(words);
    return out;
}

/// Words at an even pace, without pauses.
static std::vector<plan::Word> speak(std::string const& text, double seconds_a_word)
{
    std::vector<plan::Word> words;
    for (auto const& word : base::split(text, ' ')) {
        auto const at = static_cast<double>(words.size()) * seconds_a_word;
        words.push_back({word, at, at + seconds_a_word, {}});
    }
    return words;
}

static std::vector<std::string> texts(plan::Captions const& input, double seconds = 100)
{
    std::vector<std::string> out;
    for (auto const& card : plan::caption_cards(input, seconds)) out.push_back(plan::card_text(input, card, " / "));
    return out;
}

TEST(CaptionCards, break_at_sentences_commas_and_before_conjunctions)
{
    EXPECT_EQ(texts(captions(speak("This is how we do it. Nobody knows why, but it works and we like it a lot.", 0.4))),
              (std::vector<std::string>{"This is how / we do it.", "Nobody knows why,", "but it works",
                                        "and we like / it a lot."}));
}

TEST(CaptionCards, never_end_a_line_with_an_article_where_another_break_will_do)
{
    for (auto const& text : texts(
             captions(speak("we walked over the old bridge into the city and found a small cafe near the river", 0.4))))
        for (auto const* ending : {"the", "a"}) {
            auto const spaced = text + " /";
            EXPECT_EQ(spaced.find(std::string(" ") + ending + " /"), std::string::npos) << text;
        }
}

TEST(CaptionCards, end_at_a_pause_and_stay_on_in_it)
{
    auto input = captions({{"Hello", 0, 0.4, {}}, {"there", 0.4, 0.8, {}}, {"again", 2.0, 2.4, {}}});
    auto const cards = plan::caption_cards(input, 10);
    ASSERT_EQ(cards.size(), 2U);
    EXPECT_NEAR(cards[0].end, 1.15, 1e-9);
    EXPECT_EQ(cards[1].start, 2.0);
}

TEST(CaptionCards, hold_the_reading_speed_where_the_pauses_allow_it)
{
    auto words = speak("extraordinary circumstances notwithstanding", 0.3); // 33 characters a second while spoken
    auto const cards = plan::caption_cards(captions(words), 10);
    for (auto const& card : cards)
        if (&card == &cards.back()) { EXPECT_LE(card.characters_per_second(), plan::reading_speed_max + 1e-9); }
    std::size_t fast = 0;
    auto const easy = plan::caption_cards(
        captions(speak("People speak at about one hundred and sixty words a minute, and that can be read, they say.",
                       0.375)),
        100);
    for (auto const& card : easy) fast += card.characters_per_second() > plan::reading_speed_max ? 1 : 0;
    EXPECT_EQ(fast, 0U);
}

TEST(CaptionCards, have_two_lines_at_most_and_no_more_than_the_style_allows)
{
    std::string text;
    for (int i = 0; i < 300; ++i) text += (i ? " " : "") + std::string(1 + (i * 7) % 13, 'a');
    auto const input = captions(speak(text, 0.3));
    std::size_t words = 0;
    for (auto const& card : plan::caption_cards(input, 1000)) {
        EXPECT_LE(card.lines.size(), 2U);
        for (auto const& line : card.lines) {
            EXPECT_LE(line.size(), 4U);
            words += line.size();
        }
    }
    EXPECT_EQ(words, 300U);
}

TEST(CaptionCards, never_overlap_nor_outlast_the_clip)
{
    std::vector<plan::Word> words;
    for (int i = 0; i < 200; ++i) words.push_back({"w" + std::to_string(i), i * 0.13, i * 0.13 + 0.3, {}}); // overlap
    double last = 0;
    for (auto const& card : plan::caption_cards(captions(words), 20)) {
        EXPECT_GE(card.start, last);
        EXPECT_GT(card.end, card.start);
        EXPECT_LE(card.end, 20);
        last = card.end;
    }
    EXPECT_GT(last, 19);
}

TEST(CaptionCards, words_without_text_or_time_are_left_out)
{
    EXPECT_EQ(texts(captions({{"", 0, 1, {}},
                              {"back", 2, 1, {}},
                              {"zero", 3, 3, {}},
                              {"late", 200, 201, {}},
                              {"nan", std::nan(""), 1, {}},
                              {"\u200B", 5, 6, {}}})),
              std::vector<std::string>{});
}

TEST(CaptionCards, a_hundred_thousand_words_are_laid_out)
{
    std::vector<plan::Word> words;
    for (int i = 0; i < 100'000; ++i) words.push_back({i % 9 == 8 ? "word." : "word", i * 0.3, i * 0.3 + 0.28, {}});
    auto const cards = plan::caption_cards(captions(words), 30'001);
    EXPECT_GT(cards.size(), 10'000U);
}

TEST(CaptionText, widths_are_what_readers_see)
{
    EXPECT_EQ(plan::display_width("né"), 2);
    EXPECT_EQ(plan::display_width("你好"), 4);
    EXPECT_EQ(plan::display_width("e\u0301"), 1);
    EXPECT_EQ(plan::display_width("👨‍👩‍👧"), 2);
    EXPECT_EQ(plan::display_width("नमस्ते"), 4);
    EXPECT_FALSE(plan::has_space_between("你", "好"));
    EXPECT_TRUE(plan::has_space_between("안녕", "세계"));
    EXPECT_EQ(plan::split_unspaced("「你好」吗"), (std::vector<std::string>{"「你", "好」", "吗"}));
    EXPECT_EQ(plan::split_unspaced("hello"), std::vector<std::string>{"hello"});
}

TEST(CaptionText, code_points_survive_a_round_trip)
{
    std::string const text = "aé你👋";
    std::string again;
    for (auto const code : plan::code_points(text)) plan::append_utf8(again, code);
    EXPECT_EQ(again, text);
    EXPECT_EQ(plan::code_points("\xff\xe4").size(), 2U);
}

TEST(Colour, contrast_is_as_wcag_defines_it)
{
    auto const luminance = [](plan::Rgb const& color) { return plan::relative_luminance(color); };
    EXPECT_NEAR(plan::contrast(luminance({0, 0, 0}), luminance({255, 255, 255})), 21, 1e-9);
    EXPECT_NEAR(plan::contrast(luminance({119, 119, 119}), luminance({255, 255, 255})), 4.48, 0.01);
    for (int grey = 0; grey < 256; grey += 5) {
        auto const chosen = plan::with_contrast({128, 60, 60}, {luminance({grey, grey, grey})});
        EXPECT_GE(plan::contrast(luminance(chosen), luminance({grey, grey, grey})), 4.5) << grey;
    }
    EXPECT_EQ(plan::to_hex(plan::parse_color("#ffe14d", "x")), "#ffe14d");
    for (auto const* text : {"", "#fff", "ffe14d0", "#ggeeff", "red"})
        EXPECT_EQ(test::error_of([&] { plan::parse_color(text, "style.color"); }).code, base::ErrorCode::InvalidInput);
}

TEST(CaptionCheck, names_the_value_and_its_range)
{
    auto const message = [](auto const& change) {
        auto input = captions({});
        input.font_path = "/font.ttf";
        change(input);
        return std::string(test::error_of([&] { plan::check(input); }).what());
    };
    EXPECT_EQ(message([](auto& c) { c.style.size = 9; }), "captions.style.size: 9 is not in [0.005, 0.5]");
    EXPECT_EQ(message([](auto& c) { c.style.outline = std::nan(""); }),
              "captions.style.outline: nan is not in [0, 0.05]");
    EXPECT_EQ(message([](auto& c) { c.style.box_color = "blue"; }),
              "captions.style.box_color: 'blue' is not a colour like #ffe14d");
    EXPECT_EQ(message([](auto& c) { c.font_path = "font.ttf"; }), "captions.font_path: 'font.ttf' is not absolute");
    EXPECT_EQ(message([](auto& c) {
                  c.fallback_fonts = {{"x", "y"}};
              }),
              "captions.fallback_fonts: 'x' is not absolute");
    EXPECT_EQ(message([](auto& c) {
                  c.placements = {{0, 2, 0.5, "", ""}, {1, 3, 0.5, "", ""}};
              }),
              "captions.placements[1]: 1 to 3 runs backwards or into the one before");
    EXPECT_EQ(test::error_of([] { plan::check(plan::Title{"x", 0, 1, {}, {}}); }).code, base::ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([] {
                  plan::check(plan::Watermark{"/a.png", {}, 2, 0.1});
              }).code,
              base::ErrorCode::InvalidInput);
}
