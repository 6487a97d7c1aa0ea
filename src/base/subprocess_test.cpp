#include "base/subprocess.h"
#include "support.h"

#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace std::chrono_literals;

static base::CommandResult shell(std::string script, base::Milliseconds timeout = 20s)
{
    base::Command command{.arguments = {"sh", "-c", std::move(script)}};
    command.timeout = timeout;
    command.grace = 200ms;
    return base::run(command);
}

TEST(Subprocess, input_goes_in_and_output_comes_out)
{
    base::Command command{.arguments = {"cat"}};
    command.input = std::string(1'000'000, 'x');
    auto const result = base::run(command);
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(result.output, command.input);
    EXPECT_GT(result.memory_peak_kib, 0);
}

TEST(Subprocess, the_exit_code_and_the_signal_are_told)
{
    EXPECT_EQ(shell("echo no >&2; exit 3").exit_code, 3);
    EXPECT_EQ(shell("echo no >&2; exit 3").errors, "no\n");
    EXPECT_EQ(shell("kill -SEGV $$").signal, SIGSEGV);
}

TEST(Subprocess, a_child_past_its_time_is_ended_with_all_it_started)
{
    base::TemporaryFolder folder;
    auto const fifo = (folder.path() / "pid").string();
    auto const result = shell("trap '' TERM; sleep 1000 & echo $! > " + fifo + "; wait; sleep 1000", 1s);
    EXPECT_TRUE(result.timed_out);
    auto const grandchild = std::stoi(base::read_file(fifo, 100));
    // Ended as one group. A killed process takes a moment to go: its pidfd tells when it has.
    base::Fd const watched(static_cast<int>(::syscall(SYS_pidfd_open, grandchild, 0)));
    if (!watched) return; // gone and reaped
    pollfd ended{watched.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&ended, 1, 60'000), 1) << "the grandchild lives on";
}

TEST(Subprocess, a_stop_request_ends_it)
{
    std::stop_source stop;
    base::Command command{.arguments = {"sh", "-c", "echo up; exec sleep 1000"}};
    command.on_line = [&](std::string_view line) {
        EXPECT_EQ(line, "up");
        stop.request_stop();
    };
    EXPECT_TRUE(base::run(command, stop.get_token()).cancelled);
}

TEST(Subprocess, endless_output_is_cut_off)
{
    base::Command command{.arguments = {"yes"}};
    command.output_bytes_max = 100'000;
    EXPECT_TRUE(base::run(command).output_too_long);
}

TEST(Subprocess, a_program_that_is_not_there_is_named)
{
    auto const error = test::error_of([] { base::run({.arguments = {"no-such-program-here"}}); });
    EXPECT_EQ(error.code, base::ErrorCode::NotFound);
    EXPECT_STREQ(error.what(), "the program 'no-such-program-here' is not installed");
}

TEST(Subprocess, lines_arrive_whole_and_an_error_in_their_handler_ends_the_child)
{
    base::Command command{.arguments = {"sh", "-c", "printf 'a\\nbc'; printf 'd\\ne'"}};
    std::vector<std::string> lines;
    command.on_line = [&](std::string_view line) { lines.emplace_back(line); };
    base::run(command);
    EXPECT_EQ(lines, (std::vector<std::string>{"a", "bcd", "e"}));
    command.arguments = {"yes"};
    command.on_line = [&](std::string_view) { base::fail(base::ErrorCode::Internal, "bad line"); };
    EXPECT_STREQ(test::error_of([&] { base::run(command); }).what(), "bad line");
}
