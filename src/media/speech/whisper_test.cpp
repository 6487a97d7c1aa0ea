#include "media/speech/transcribe.h"
#include "media/speech/whisper_recogniser.h"
#include "media_files.h"
#include "scripted_model.h"

using base::ErrorCode;

namespace {

class Whisper : public testing::Test {
protected:
    void SetUp() override
    {
        if (!media::speech::WhisperRecogniser::is_built_in())
            GTEST_SKIP() << "built without whisper.cpp: deploy/fetch-whisper could not fetch it";
    }
    plan::Transcript transcribe(std::vector<std::string> const& words, std::stop_token const& stop = {})
    {
        auto const model = folder.path() / "ggml-scripted.bin";
        test::ScriptedModel::write(model, words, 2);
        return media::speech::transcribe(
            {.input = test::sample("tests/librivox/sense_and_sensibility_01_austen_64kb-0870.wav").string(),
             .spans = {},
             .script = "",
             .model = model.string()},
            {}, base::SystemClock(), stop);
    }
    base::TemporaryFolder folder;
};

} // namespace

TEST_F(Whisper, says_the_words_of_the_model_in_order_and_who_heard_them)
{
    auto const transcript = transcribe({"steady", "as", "she", "goes"});
    EXPECT_EQ(transcript.source, "whisper.cpp ggml-scripted");
    EXPECT_FALSE(transcript.draft);
    EXPECT_EQ(transcript.language, "en");
    ASSERT_GE(transcript.words.size(), 4U);
    std::string text;
    double last = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        auto const& word = transcript.words[i];
        text += word.text + " ";
        EXPECT_GE(word.start, last - 0.3) << word.text; // starts are moved to where the sound begins
        EXPECT_GT(word.end, word.start);
        last = word.start;
    }
    EXPECT_EQ(text, "steady as she goes ");
}

TEST_F(Whisper, notes_that_are_no_words_are_left_out)
{
    for (auto const& word : transcribe({"[music]", "hello", "(applause)"}).words) EXPECT_EQ(word.text, "hello");
}

TEST_F(Whisper, stops_when_it_is_told_to)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(test::error_of([&] { transcribe({"hello"}, stop.get_token()); }).code, ErrorCode::Cancelled);
}

TEST_F(Whisper, a_file_that_is_no_model_is_named)
{
    auto const whole = folder.path() / "whole.bin";
    test::ScriptedModel::write(whole, {"hello"}, 1);
    auto const bytes_of_whole = base::read_file(whole, 64U << 20U);
    for (auto const& bytes : {std::string(), std::string("hello"), std::string("lmgg") + std::string(1'000, '\xff'),
                              bytes_of_whole.substr(0, 100'000), bytes_of_whole.substr(0, 4'000'000)}) {
        auto const file = folder.path() / "model.bin";
        base::write_file_atomic(file, bytes);
        auto const error = test::error_of([&] { media::speech::WhisperRecogniser(file, {}); });
        EXPECT_EQ(error.code, ErrorCode::InvalidInput);
        EXPECT_NE(std::string(error.what()).find("model.bin"), std::string::npos);
    }
}
