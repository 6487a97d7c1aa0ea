#include "media/speech/align.h"

#include "base/text.h"
#include "media_files.h"

// Debian's sphinxbase 5prealpha does not free the grammars it parses; the child that aligns lives for one job.
extern "C" char const* __lsan_default_suppressions();
extern "C" char const* __lsan_default_suppressions() { return "leak:libsphinxbase"; }

static plan::Transcript align(test::Path const& path, std::string const& script)
{
    return media::speech::align(path, script, {}, base::SystemClock());
}

TEST(Align, a_known_script_keeps_its_words_and_gets_their_times)
{
    auto const clip = test::sample("library/reading-by-the-sea.mp4");
    auto const script = base::read_file(test::sample("library/reading-by-the-sea.txt"), 10'000);
    auto const transcript = align(clip, script);
    std::string text;
    double last = 0;
    for (auto const& word : transcript.words) {
        text += word.text + " ";
        EXPECT_GE(word.start, last - 1e-9) << word.text;
        EXPECT_GT(word.end, word.start) << word.text;
        EXPECT_LT(word.end - word.start, 1.5) << word.text;
        last = word.end;
    }
    EXPECT_EQ(base::words_of(text), base::words_of(script));
    EXPECT_FALSE(transcript.draft);
    EXPECT_EQ(transcript.source, "aligned");
}

TEST(Align, words_keep_their_spelling_and_unknown_ones_stand_between_their_neighbours)
{
    auto const clip = test::sample("library/reading-by-the-sea.mp4");
    auto script = base::read_file(test::sample("library/reading-by-the-sea.txt"), 10'000);
    script.replace(script.find("john dashwood"), 13, "John Dqxwrod,");
    auto const transcript = align(clip, script);
    ASSERT_GT(transcript.words.size(), 4U);
    EXPECT_EQ(transcript.words[2].text, "John");
    EXPECT_EQ(transcript.words[3].text, "Dqxwrod,");
    EXPECT_GE(transcript.words[3].start, transcript.words[2].end - 1e-9);
    EXPECT_LE(transcript.words[3].end, transcript.words[4].start + 1e-9);
}

TEST(Align, sound_that_does_not_follow_the_script_gives_no_words)
{
    base::TemporaryFolder folder;
    test::MediaFiles const files(folder.path());
    EXPECT_TRUE(align(files.video_only(), "hello world").words.empty());
    EXPECT_TRUE(
        align(files.audio_only(0.3, "short.m4a"), "a long script that nobody could read in so short a time as this")
            .words.empty());
}

TEST(Align, an_empty_or_endless_script_is_refused)
{
    base::TemporaryFolder folder;
    test::MediaFiles const files(folder.path());
    std::string endless;
    for (int i = 0; i < 3000; ++i) endless += "word ";
    for (auto const& script : {std::string(" \n . , "), endless})
        EXPECT_EQ(test::error_of([&] { align(files.audio_only(), script); }).code, base::ErrorCode::InvalidInput);
}
