#include "media/speech/transcribe.h"

#include "base/text.h"
#include "media_files.h"

#include <algorithm>
#include <numeric>

namespace {

struct TranscribeTest : testing::Test {
    plan::Transcript transcribe(test::Path const& path, std::vector<plan::Span> spans = {}) const
    {
        return media::speech::transcribe({.input = path.string(), .spans = std::move(spans), .script = ""}, {},
                                         base::SystemClock());
    }
    base::TemporaryFolder folder;
    test::MediaFiles files{folder.path()};
};

/// Substitutions, insertions and deletions that turn one text into the other.
std::size_t word_errors(std::vector<std::string> const& said, std::vector<std::string> const& heard)
{
    std::vector<std::size_t> row(heard.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 0; i < said.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < heard.size(); ++j) {
            auto const change = diagonal + (said[i] != heard[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

std::vector<std::string> texts_of(plan::Transcript const& transcript)
{
    std::vector<std::string> texts;
    for (auto const& word : transcript.words) texts.push_back(word.text);
    return texts;
}

} // namespace

TEST_F(TranscribeTest, a_reading_is_mostly_understood)
{
    std::size_t words = 0;
    std::size_t errors = 0;
    for (auto const& line : base::split(base::read_file(test::sample("tests/librivox/transcription"), 1 << 16), '\n')) {
        auto const end = line.find(" </s>");
        if (end == std::string::npos) continue;
        auto const said = base::words_of(line.substr(4, end - 4));
        auto const name = line.substr(line.find('(') + 1, line.rfind(')') - line.find('(') - 1);
        auto const transcript = transcribe(test::sample("tests/librivox/" + name + ".wav"));
        EXPECT_TRUE(transcript.draft);
        EXPECT_EQ(transcript.source, "pocketsphinx");
        errors += word_errors(said, texts_of(transcript));
        words += said.size();
    }
    ASSERT_GT(words, 60U);
    auto const rate = static_cast<double>(errors) / static_cast<double>(words);
    RecordProperty("word_error_rate", std::to_string(rate));
    EXPECT_LE(rate, 0.35);
}

TEST_F(TranscribeTest, words_lie_on_the_timeline_of_the_source)
{
    auto const more = transcribe(test::sample("library/reading-by-the-sea.mp4"), {{15, 24}});
    auto const part = transcribe(test::sample("library/reading-by-the-sea.mp4"), {{17, 24}});
    ASSERT_FALSE(part.words.empty());
    for (auto const& word : part.words) {
        EXPECT_GE(word.start, 16.9);
        EXPECT_LE(word.end, 24.1);
        EXPECT_LT(word.start, word.end);
        EXPECT_TRUE(word.confidence && *word.confidence >= 0 && *word.confidence <= 1);
    }
    auto const when = [](plan::Transcript const& transcript, std::string_view text) {
        auto const found = std::find_if(transcript.words.begin(), transcript.words.end(),
                                        [&](plan::Word const& word) { return word.text == text; });
        return found == transcript.words.end() ? -1.0 : found->start;
    };
    ASSERT_GT(when(part, "woman"), 0);
    EXPECT_NEAR(when(part, "woman"), when(more, "woman"), 0.1);
}

TEST_F(TranscribeTest, no_sound_no_speech_and_no_words_are_the_same)
{
    EXPECT_EQ(transcribe(files.video_only()).source, "none");
    EXPECT_TRUE(transcribe(files.audio_only(5)).words.empty());
    EXPECT_TRUE(transcribe(test::sample("tests/ocean.mp4")).words.empty());
    EXPECT_TRUE(transcribe(test::sample("tests/cockatoo.mp4")).words.empty());
}

TEST_F(TranscribeTest, noise_waves_and_music_give_no_invented_words)
{
    auto const make = [&](std::string const& name, std::string const& source) {
        return test::ffmpeg({"-f", "lavfi", "-i", source}, folder.path() / name);
    };
    auto const waves = make("waves.wav", "anoisesrc=color=pink:amplitude=0.3:duration=12:seed=1,tremolo=f=0.2:d=0.9");
    auto const chopped = make("chopped.wav", "anoisesrc=color=white:amplitude=0.2:duration=6:seed=1,tremolo=f=4:d=0.9");
    auto const plucked =
        make("plucked.wav", "aevalsrc='0.3*exp(-4*mod(t*3\\,1))*(sin(2*PI*t*220*(1+floor(mod(t*3\\,4))/4))"
                            "+0.4*sin(4*PI*t*220*(1+floor(mod(t*3\\,4))/4)))':d=6");
    for (auto const& path : {waves, chopped, plucked}) EXPECT_LE(transcribe(path).words.size(), 2U) << path;
}

TEST(Spans, are_put_in_order_joined_and_kept_inside_the_film)
{
    auto const tidy = media::speech::tidy_spans({{8, 20}, {1, 2}, {1.5, 3}, {30, 40}}, 10);
    ASSERT_EQ(tidy.size(), 2U);
    EXPECT_EQ(tidy[0].end, 3);
    EXPECT_EQ(tidy[1].end, 10);
    EXPECT_EQ(media::speech::tidy_spans({}, 10).at(0).end, 10);
    EXPECT_EQ(test::error_of([] { media::speech::tidy_spans({{5, 4}}, 10); }).code, base::ErrorCode::InvalidInput);
}
