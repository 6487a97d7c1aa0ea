#include "base/file.h"
#include "simulators/transcriptions.h"
#include "speech/http_recogniser.h"
#include "support.h"

#include <thread>

namespace {

constexpr char const* top_level = R"({"task":"transcribe","language":"english","duration":2.1,"text":"Hello there.",
 "words":[{"word":"Hello","start":0.32,"end":0.7},{"word":"there.","start":0.74,"end":1.1}]})";
constexpr char const* nested = R"({"language":"en","segments":[{"id":0,"start":0.3,"end":1.1,"text":" Hello there.",
 "words":[{"word":" Hello","start":0.32,"end":0.7,"probability":0.98},
          {"word":" there.","start":0.74,"end":1.1,"probability":0.9}]}]})";

struct HttpRecogniserTest : testing::Test {
    HttpRecogniserTest()
    {
        base::write_file_atomic(sound(), std::string("RIFF\x24\0\0\0WAVEfmt ", 16) + std::string(400, 'x'));
    }
    std::filesystem::path sound() const { return folder.path() / "sound.wav"; }
    speech::HttpRecogniser recogniser(std::string url, std::string key = "secret", int attempts = 3)
    {
        return {
            client,
            random,
            {.url = std::move(url), .model = "whisper-1", .key = std::move(key), .language = "", .attempts = attempts}};
    }
    base::SystemClock clock;
    base::Random random{1};
    net::HttpClient client{{}, clock, random};
    base::TemporaryFolder folder;
};

} // namespace

TEST_F(HttpRecogniserTest, reads_words_in_both_shapes)
{
    for (auto const* answer : {top_level, nested}) {
        simulators::Transcriptions server(answer, "secret");
        auto const heard = recogniser(server.url()).hear(sound(), {});
        ASSERT_EQ(heard.words.size(), 2U);
        EXPECT_EQ(heard.words[0].text, "Hello");
        EXPECT_EQ(heard.words[1].text, "there.");
        EXPECT_DOUBLE_EQ(heard.words[1].start, 0.74);
        EXPECT_FALSE(heard.draft);
        EXPECT_EQ(heard.source, "whisper-1 at 127.0.0.1");
        EXPECT_TRUE(server.platform.refusals().empty());
    }
}

TEST_F(HttpRecogniserTest, an_answer_without_word_times_is_a_draft)
{
    simulators::Transcriptions server(R"({"segments":[{"start":0,"end":2,"text":" Hello there."}]})", "secret");
    auto const heard = recogniser(server.url()).hear(sound(), {});
    EXPECT_EQ(heard.words.size(), 2U);
    EXPECT_TRUE(heard.draft);
}

TEST_F(HttpRecogniserTest, a_wrong_key_is_told_at_once_and_never_shown)
{
    simulators::Transcriptions server(top_level, "secret");
    auto const error = test::error_of([&] { recogniser(server.url(), "my-key").hear(sound(), {}); });
    EXPECT_EQ(error.code, base::ErrorCode::Forbidden);
    EXPECT_STREQ(error.what(), "127.0.0.1 refuses the key: Invalid API Key");
    EXPECT_EQ(server.platform.requests(), 1);
}

TEST_F(HttpRecogniserTest, a_server_that_is_down_for_a_moment_is_asked_again)
{
    simulators::Transcriptions server(top_level, "secret");
    server.platform.fail(simulators::Fault::Down, 1);
    EXPECT_EQ(recogniser(server.url()).hear(sound(), {}).words.size(), 2U);
    EXPECT_EQ(server.platform.requests(), 2);
}

TEST_F(HttpRecogniserTest, nonsense_is_one_clear_error)
{
    simulators::Transcriptions server(top_level, "secret");
    for (auto const fault : {simulators::Fault::BlockPage, simulators::Fault::Nonsense, simulators::Fault::OddLayout,
                             simulators::Fault::ErrorInside, simulators::Fault::Truncated, simulators::Fault::Busy}) {
        server.platform.fail(fault);
        auto const error = test::error_of([&] { recogniser(server.url(), "secret", 1).hear(sound(), {}); });
        EXPECT_TRUE(error.code == base::ErrorCode::Upstream || error.code == base::ErrorCode::RateLimited)
            << error.what();
    }
}

TEST_F(HttpRecogniserTest, one_that_hangs_is_given_up_when_the_work_is_stopped)
{
    simulators::Transcriptions server(top_level, "secret");
    server.platform.fail(simulators::Fault::Hang);
    std::stop_source stop;
    auto const hanging = recogniser(server.url());
    std::thread stopper([&] {
        while (server.platform.requests() == 0) std::this_thread::yield();
        stop.request_stop();
    });
    EXPECT_EQ(test::error_of([&] { hanging.hear(sound(), stop.get_token()); }).code, base::ErrorCode::Cancelled);
    stopper.join();
}

TEST(SpeechSettings, name_a_service_or_none)
{
    base::SystemClock const clock;
    base::Random random(1);
    net::HttpClient client({}, clock, random);
    auto const made = [&](std::map<std::string, std::string> environment) {
        base::Config::Layers layers;
        layers.environment = std::move(environment);
        auto const settings = speech::settings();
        base::Config const config(settings, layers);
        auto const recogniser = speech::recogniser_from(config, client, random);
        return recogniser ? recogniser->name() : std::string("none");
    };
    EXPECT_EQ(made({}), "none");
    EXPECT_EQ(made({{"GROQ_API_KEY", "k"}}), "whisper-large-v3-turbo at api.groq.com");
    EXPECT_EQ(made({{"ETTAMETTA_SPEECH_URL", "http://localhost:9/v1/audio/transcriptions"},
                    {"ETTAMETTA_SPEECH_MODEL", "small"}}),
              "small at localhost");
    EXPECT_EQ(test::error_of([&] {
                  made({{"ETTAMETTA_SPEECH_URL", "nonsense"}});
              }).code,
              base::ErrorCode::InvalidInput);
}
