#include "studio/subtitles/document.h"
#include "support.h"

using namespace studio::subtitles;

static std::string shape(Document const& document)
{
    std::string out;
    for (auto const& cue : document.cues) {
        out += fmt::format("[{:.2f}-{:.2f}", cue.start, cue.end);
        for (auto const& line : cue.lines) {
            out += " |";
            for (auto const& word : line) out += fmt::format(" {}@{:.2f}", word.text, word.start);
        }
        out += "]";
    }
    return out;
}

TEST(Subtitles, srt_shares_a_cues_time_among_its_words)
{
    auto const document = parse("1\r\n00:00:01,000 --> 00:00:03,000\r\n<i>Four</i> four\r\nlast &amp;\r\n\r\n"
                                "2\n00:00:04.5 --> 00:00:05\nend\n",
                                Format::Srt, "a");
    EXPECT_EQ(shape(document), "[1.00-3.00 | Four@1.00 four@1.59 | last@2.18 &@2.76][4.50-5.00 | end@4.50]");
    EXPECT_FALSE(document.word_times);
}

TEST(Subtitles, a_missing_empty_line_does_not_make_a_number_a_word)
{
    auto const document =
        parse("1\n00:00:01,000 --> 00:00:02,000\nHi\n2\n00:00:03,000 --> 00:00:04,000\nyou\n", Format::Srt, "a");
    EXPECT_EQ(shape(document), "[1.00-2.00 | Hi@1.00][3.00-4.00 | you@3.00]");
}

TEST(Subtitles, scripts_without_spaces_are_words_of_a_character_each)
{
    auto const document = parse("1\n00:00:01,000 --> 00:00:04,000\n你好，世\n", Format::Srt, "a");
    ASSERT_EQ(document.words().size(), 3U);
    EXPECT_EQ(document.words()[1].text, "好，");
}

TEST(Subtitles, times_within_a_cue_are_kept)
{
    auto const vtt = parse("WEBVTT\n\n00:01.000 --> 00:03.000\nHello <00:02.000>there\n", Format::Vtt, "a");
    EXPECT_EQ(shape(vtt), "[1.00-3.00 | Hello@1.00 there@2.00]");
    auto const ass =
        parse("Dialogue: 0,0:00:01.00,0:00:03.00,D,,0,0,0,,{\\k100}Hello {\\kf50}there\\N{\\k50}you, all\n",
              Format::Ass, "a");
    EXPECT_EQ(shape(ass), "[1.00-3.00 | Hello@1.00 there@2.00 | you,@2.50 all@2.78]");
    EXPECT_TRUE(vtt.word_times && ass.word_times);
}

TEST(Subtitles, json_reads_the_shapes_of_recognisers_too)
{
    auto const top = parse(R"({"words":[{"word":" Hi","start":0.5,"end":0.8},{"text":"you","start":0.8,"end":1}]})",
                           Format::Json, "a");
    auto const nested =
        parse(R"({"segments":[{"start":0,"end":1,"text":" Hi you","words":[{"word":" Hi","start":0.5,"end":0.8},)"
              R"({"word":" you","start":0.8,"end":1}]}]})",
              Format::Json, "a");
    EXPECT_EQ(shape(top), shape(nested));
    EXPECT_EQ(top.words().at(0).text, "Hi");
}

TEST(Subtitles, every_format_gives_back_what_it_was_given)
{
    auto const source = parse("WEBVTT\n\n00:01.000 --> 00:03.000\n<b>a{b}\\N <00:02.000>&lt;i&gt; --&gt; x\n\n"
                              "00:04.000 --> 00:05.500\nГромко\nשלום\n",
                              Format::Vtt, "a");
    for (auto const format : {Format::Srt, Format::Vtt, Format::Ass}) {
        auto const again = parse(write(source, format), format, "again");
        ASSERT_EQ(again.cues.size(), 2U);
        EXPECT_EQ(again.cues[1].lines.size(), 2U);
        ASSERT_EQ(again.words().size(), source.words().size());
        for (std::size_t i = 0; i < source.words().size(); ++i) {
            auto text = again.words()[i].text;
            if (auto const joiner = text.find("\u2060"); joiner != std::string::npos) text.erase(joiner, 3);
            EXPECT_EQ(text, source.words()[i].text);
            if (format != Format::Srt) { EXPECT_NEAR(again.words()[i].start, source.words()[i].start, 0.011); }
        }
    }
    auto const json = parse(write(source, Format::Json), Format::Json, "again");
    EXPECT_EQ(json.words().size(), source.words().size());
}

TEST(Subtitles, what_is_no_subtitle_is_one_clear_error)
{
    auto const message = [](std::string const& text, Format format) {
        return std::string(test::error_of([&] { parse(text, format, "f"); }).what());
    };
    EXPECT_EQ(message("1\n00:00:01 --> nan\nHi\n", Format::Srt), "f:2: not a span of time: '00:00:01 --> nan'");
    EXPECT_EQ(message("1\n00:00:01 --> 99:00:00\nHi\n", Format::Srt),
              "f:2: not a span of time: '00:00:01 --> 99:00:00'");
    EXPECT_EQ(message("\xff\xfeH\0i", Format::Vtt), "f: its text is not UTF-8");
    EXPECT_EQ(message("{}", Format::Json), "f: there are neither \"words\" nor \"segments\"");
    EXPECT_EQ(message(R"({"words":[{"start":0,"end":1}]})", Format::Json),
              "f: words[0]: neither \"text\" nor \"word\" is there");
    EXPECT_EQ(test::error_of([] { format_of("a.sub"); }).code, base::ErrorCode::InvalidInput);
}

TEST(Subtitles, limits_hold)
{
    std::string many;
    for (std::size_t i = 0; i <= cues_max; ++i) many += "00:00:01 --> 00:00:02\nx\n\n";
    EXPECT_EQ(test::error_of([&] { parse(many, Format::Srt, "f"); }).code, base::ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { parse(std::string(70'000, 'x'), Format::Srt, "f"); }).code,
              base::ErrorCode::InvalidInput);
}
