#include "media/speech/onset.h"
#include "word_times.h"

static void expect_close(std::vector<double> const& errors, std::size_t words_min)
{
    auto const spread = test::spread_of(errors);
    EXPECT_GE(spread.words, words_min);
    EXPECT_LE(spread.median_ms, 50);
    EXPECT_LE(spread.p95_ms, 150);
    std::printf("%zu words, median %.0f ms, p95 %.0f ms\n", spread.words, spread.median_ms, spread.p95_ms);
}

TEST(WordTimes, of_synthesised_speech_are_heard_where_they_are) { expect_close(test::narrated_errors(false), 30); }

TEST(WordTimes, of_a_known_text_are_found_where_they_are) { expect_close(test::narrated_errors(true), 55); }

TEST(WordTimes, of_real_readings_agree_with_the_aligned_text) { expect_close(test::librivox_errors(), 40); }

TEST(Onset, moves_a_start_out_of_the_pause_to_the_sound)
{
    std::vector<std::int16_t> samples(16'000, 20);
    for (std::size_t i = 8000; i < 12'000; ++i) samples[i] = i % 40 < 20 ? 8000 : -8000; // sounds from 0.5 s on
    std::vector<plan::Word> words{{"one", 2.42, 2.7, {}}, {"two", 2.71, 2.75, {}}};
    media::speech::snap_to_onsets(words, samples, 2);
    EXPECT_NEAR(words[0].start, 2.5, 0.006);
    EXPECT_EQ(words[1].start, 2.71);
    words = {{"far", 2.2, 2.7, {}}};
    media::speech::snap_to_onsets(words, samples, 2);
    EXPECT_EQ(words[0].start, 2.2); // too far away to be the same thing
}

TEST(Narration, gives_each_word_of_the_text_its_time)
{
    auto const narration = media::speech::narrate("Hello, \"world\"! It costs 42 dollars.");
    std::string text;
    double last = 0;
    for (auto const& word : narration.words) {
        text += word.text + " ";
        EXPECT_GE(word.start, last - 1e-6);
        EXPECT_GT(word.end, word.start);
        last = word.end;
    }
    EXPECT_EQ(text, "Hello, \"world\"! It costs 42 dollars. ");
    EXPECT_LE(last, static_cast<double>(narration.samples.size()) / narration.sample_rate);
    EXPECT_EQ(test::error_of([] { media::speech::narrate("  "); }).code, base::ErrorCode::InvalidInput);
}
