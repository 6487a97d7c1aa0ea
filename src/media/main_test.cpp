#include "media/commands.h"
#include "media_files.h"

#include <csignal>

namespace {

/// ettametta-media as studio runs it.
struct ChildTest : testing::Test {
    base::CommandResult run(std::string const& command, std::string const& request) const
    {
        base::Command child{.arguments = {(test::build_folder() / "ettametta-media").string(), command}};
        child.input = request;
        return base::run(child);
    }
    /// The last line.
    plan::ChildMessage answer(base::CommandResult const& result) const
    {
        auto const lines = base::split(base::trim(result.output), '\n');
        return base::read_json<plan::ChildMessage>(lines.back(), "answer");
    }
    std::string asking_for(test::Path const& input) const
    {
        return base::to_json(plan::ProbeRequest{input.string(), {}});
    }
    base::TemporaryFolder folder;
    test::MediaFiles files{folder.path()};
};

} // namespace

TEST_F(ChildTest, probes_a_file)
{
    auto const result = run("probe", asking_for(files.plain(2)));
    EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
    auto const info = base::from_json<plan::MediaInfo>(answer(result).result.value());
    EXPECT_EQ(info.video->width, 320);
}

TEST_F(ChildTest, reports_progress_and_then_one_result)
{
    auto const result = run("analyse", asking_for(test::sample("tests/cockatoo.mp4")));
    ASSERT_EQ(result.exit_code, 0) << result.output << result.errors;
    auto const lines = base::split(base::trim(result.output), '\n');
    ASSERT_GE(lines.size(), 2U);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto const message = base::read_json<plan::ChildMessage>(lines[i], "line");
        EXPECT_EQ(message.progress.has_value(), i + 1 < lines.size());
    }
    auto const analysis = base::from_json<plan::Analysis>(answer(result).result.value());
    EXPECT_EQ(analysis.shots.size(), 1U);
}

TEST_F(ChildTest, transcribes_inside_the_sandbox)
{
    auto const name = "tests/librivox/sense_and_sensibility_01_austen_64kb-0880.wav";
    auto const result = run("transcribe", asking_for(test::sample(name)));
    ASSERT_EQ(result.exit_code, 0) << result.output << result.errors;
    EXPECT_GE(base::from_json<plan::Transcript>(answer(result).result.value()).words.size(), 4U);
}

TEST_F(ChildTest, a_failure_is_one_error_with_its_code_and_exit_code_one)
{
    auto const result = run("probe", asking_for(files.text("note.mp4", "words")));
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(answer(result).error.value().code, "invalid_input");
    EXPECT_EQ(answer(run("analyse", asking_for(folder.path() / "missing.mp4"))).error.value().code, "not_found");
}

TEST_F(ChildTest, a_wrong_call_is_exit_code_two)
{
    EXPECT_EQ(run("probe", "{").exit_code, 2);
    EXPECT_EQ(run("probe", R"({"inptu": "a"})").exit_code, 2);
    auto const unknown = run("sing", "{}");
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_NE(answer(unknown).error.value().message.find("analyse"), std::string::npos);
}

#if !TEST_SANITIZED
TEST_F(ChildTest, too_little_memory_is_one_clear_error)
{
    plan::AnalyseRequest request{.input = files.eight_k(3).string()};
    request.limits.memory_mib = 128;
    auto const result = run("analyse", base::to_json(request));
    EXPECT_EQ(result.exit_code, 1) << result.describe({}) << result.errors;
    EXPECT_NE(answer(result).error.value().message.find("more memory than"), std::string::npos) << result.output;
}
#endif

TEST_F(ChildTest, a_stop_ends_it_cleanly_as_cancelled)
{
    auto const film = files.long_film(600).string();
    std::stop_source stop;
    base::Command child{.arguments = {(test::build_folder() / "ettametta-media").string(), "analyse"}};
    child.input = asking_for(film);
    std::string last;
    child.on_line = [&](std::string_view line) {
        last = line;
        stop.request_stop();
    };
    auto const result = base::run(child, stop.get_token());
    EXPECT_TRUE(result.cancelled);
    EXPECT_EQ(result.signal, 0); // it ended by itself
    EXPECT_EQ(base::read_json<plan::ChildMessage>(last, "line").error.value().code, "cancelled") << last;
}
