// ettametta-media: one job, one process. Reads a JSON request, binds itself, works, answers in JSON lines
// (plan/child.h).
#include "base/file.h"
#include "media/commands.h"
#include "media/sandbox.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace {

constexpr std::size_t request_bytes_max = 64U << 20U;

enum ExitCode { Done = 0, Failed = 1, WrongCall = 2 };

std::atomic<bool> answered = false;

void answer(std::string_view kind, std::string const& json)
{
    base::write_all(1, fmt::format("{{\"{}\":{}}}\n", kind, json), "standard output");
}

void answer_error(base::ErrorCode code, std::string const& message, std::string const& next)
{
    if (answered.exchange(true)) return;
    answer("error", base::to_json(plan::ChildError{std::string(base::name(code)), message, next}));
}

/// Some libraries end the program where they find no memory; the parent still gets its one answer.
void answer_sudden_end()
{
    if (answered.exchange(true)) return;
    constexpr std::string_view line = "{\"error\":{\"code\":\"internal\",\"message\":\"the work ended early; "
                                      "probably it needs more memory than its limit\",\"next_action\":\"\"}}\n";
    [[maybe_unused]] auto const written = ::write(1, line.data(), line.size());
}

std::string read_request()
{
    std::string text;
    char buffer[1 << 16];
    for (;;) {
        auto const count = ::read(0, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) base::fail_errno(errno, "read", "the request");
        if (count == 0) return text;
        text.append(buffer, static_cast<std::size_t>(count));
        if (text.size() > request_bytes_max)
            base::fail(base::ErrorCode::InvalidInput, "the request is larger than {} bytes", request_bytes_max);
    }
}

/// Turns SIGTERM and SIGINT into a stop token. All other threads leave these signals to this one.
class SignalWatch {
public:
    SignalWatch()
    {
        ::sigemptyset(&signals_);
        ::sigaddset(&signals_, SIGTERM);
        ::sigaddset(&signals_, SIGINT);
        ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        thread_ = std::thread([this] {
            int signal = 0;
            ::sigwait(&signals_, &signal);
            stop_.request_stop();
        });
    }
    ~SignalWatch()
    {
        ::pthread_kill(thread_.native_handle(), SIGTERM);
        thread_.join();
    }
    std::stop_token token() const { return stop_.get_token(); }

private:
    sigset_t signals_{};
    std::stop_source stop_;
    std::thread thread_;
};

int work(media::Command const& command)
{
    try {
        media::confine(command.limits); // before the first thread: Landlock holds threads, not processes
        SignalWatch const watch;
        auto const result = command.run(
            [](plan::Progress const& progress) { answer("progress", base::to_json(progress)); }, watch.token());
        answered = true;
        answer("result", result);
        return Done;
    } catch (base::Error const& error) {
        answer_error(error.code, error.what(), error.next_action);
    } catch (std::bad_alloc const&) {
        answer_error(base::ErrorCode::Unavailable,
                     fmt::format("the work needs more memory than the limit of {} MiB", command.limits.memory_mib),
                     "use a smaller picture, or raise the limit");
    } catch (std::exception const& error) {
        answer_error(base::ErrorCode::Internal, error.what(), "");
    }
    return Failed;
}

} // namespace

int main(int count, char** arguments)
{
    std::atexit(answer_sudden_end);
    ::setenv("SVT_LOG", "1", 0); // SVT-AV1 tells its settings on standard error otherwise
    try {
        if (count != 2)
            base::fail(base::ErrorCode::InvalidInput,
                       "usage: ettametta-media {}, with a JSON request on standard input", media::command_names());
        return work(media::make_command(arguments[1], read_request()));
    } catch (base::Error const& error) {
        answer_error(error.code, error.what(), error.next_action);
        return WrongCall;
    }
}
