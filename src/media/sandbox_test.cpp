#include "media/sandbox.h"

#include "media/landlock.h"
#include "media_files.h"

namespace {

/// A folder to read, a folder to write and one that is neither.
struct SandboxTest : testing::Test {
    void SetUp() override
    {
        for (auto const* name : {"in", "out", "other"}) {
            base::make_folder(folder.path() / name);
            base::write_file_atomic(folder.path() / name / "file", "text");
        }
    }
    base::CommandResult run(std::string const& action, std::string const& path = "-") const
    {
        base::Command command{.arguments = {(test::build_folder() / "sandbox_driver").string(),
                                            (folder.path() / "in").string(), (folder.path() / "out").string(), action,
                                            path}};
        return base::run(command);
    }
    /// "done" or the name of the error.
    std::string attempt(std::string const& action, std::string const& path = "-") const
    {
        auto const result = run(action, path);
        EXPECT_EQ(result.exit_code, 0) << action << ": " << result.errors;
        return result.output.substr(0, result.output.find(' '));
    }
    std::string at(std::string const& name) const { return (folder.path() / name).string(); }
    base::TemporaryFolder folder;
};

} // namespace

TEST_F(SandboxTest, there_is_no_network_and_no_other_program)
{
    for (auto const* action : {"socket", "unix-socket", "exec", "kill-parent"})
        EXPECT_EQ(attempt(action), "EPERM") << action;
}

#if !TEST_SANITIZED
TEST_F(SandboxTest, it_cannot_fork_or_trace)
{
    for (auto const* action : {"fork", "trace"}) EXPECT_EQ(attempt(action), "EPERM") << action;
}

TEST_F(SandboxTest, memory_above_the_limit_is_refused) { EXPECT_EQ(attempt("memory"), "ENOMEM"); }
#endif

TEST_F(SandboxTest, threads_are_allowed) { EXPECT_EQ(attempt("thread"), "done"); }

TEST_F(SandboxTest, it_gives_no_file_away) { EXPECT_EQ(attempt("own", at("out/file")), "EPERM"); }

TEST_F(SandboxTest, it_reads_what_it_was_given_and_nothing_else)
{
    EXPECT_EQ(attempt("read", at("in/file")), "done");
    EXPECT_EQ(attempt("read", at("out/file")), "done");
    EXPECT_EQ(attempt("read", "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml"), "done");
    ASSERT_GT(media::landlock::version(), 0) << "this kernel has no Landlock: files cannot be held here";
    EXPECT_EQ(attempt("read", "/etc/passwd"), "EACCES");
    EXPECT_EQ(attempt("read", at("other/file")), "EACCES");
}

TEST_F(SandboxTest, it_writes_into_its_folder_and_nowhere_else)
{
    EXPECT_EQ(attempt("write", at("out/new")), "done");
    EXPECT_EQ(attempt("delete", at("out/new")), "done");
    ASSERT_GT(media::landlock::version(), 0) << "this kernel has no Landlock: files cannot be held here";
    EXPECT_EQ(attempt("write", at("in/file")), "EACCES");
    EXPECT_EQ(attempt("write", at("other/new")), "EACCES");
    EXPECT_EQ(attempt("delete", at("in/file")), "EACCES");
}

TEST_F(SandboxTest, a_file_has_a_largest_size)
{
    EXPECT_EQ(attempt("write-much", at("out/big")), "EFBIG");
    EXPECT_LE(std::filesystem::file_size(at("out/big")), 16U << 20U);
}

TEST_F(SandboxTest, burning_processor_time_ends_with_one_clear_answer)
{
    auto const result = run("burn");
    EXPECT_EQ(result.exit_code, 1);
    auto const answer = base::read_json<plan::ChildMessage>(result.output, "answer");
    ASSERT_TRUE(answer.error);
    EXPECT_EQ(answer.error->code, "timeout");
    EXPECT_NE(answer.error->message.find("1 s of processor time"), std::string::npos);
}
