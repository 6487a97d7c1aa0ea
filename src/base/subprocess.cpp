#include "base/subprocess.h"

#include "base/error.h"
#include "base/file.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace base {

namespace {

using Steady = std::chrono::steady_clock;

struct Pipe {
    Fd read;
    Fd write;
};

Pipe make_pipe()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail_errno(errno, "make", "a pipe");
    return {Fd(ends[0]), Fd(ends[1])};
}

/// What the child needs after fork(), prepared before it: nothing may allocate there.
struct Launch {
    std::vector<char*> arguments;
    std::vector<std::string> environment_text;
    std::vector<char*> environment;
    std::string program;
};

std::string find_program(std::string const& name)
{
    if (name.find('/') != std::string::npos) return name;
    auto const* path = std::getenv("PATH");
    std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
    while (!rest.empty()) {
        auto const folder = rest.substr(0, rest.find(':'));
        auto candidate = std::string(folder) + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
    }
    fail(ErrorCode::NotFound, Next{"install it, or add its folder to PATH"}, "the program '{}' is not installed", name);
}

Launch prepare(Command const& command)
{
    if (command.arguments.empty()) fail(ErrorCode::Internal, "a command without a program");
    Launch launch;
    launch.program = find_program(command.arguments[0]);
    if (::access(launch.program.c_str(), X_OK) != 0) fail_errno(errno, "run", launch.program);
    for (auto const& argument : command.arguments) launch.arguments.push_back(const_cast<char*>(argument.c_str()));
    launch.arguments.push_back(nullptr);
    if (command.environment) {
        for (auto const& [name, value] : *command.environment) launch.environment_text.push_back(name + "=" + value);
        for (auto& text : launch.environment_text) launch.environment.push_back(text.data());
        launch.environment.push_back(nullptr);
    }
    return launch;
}

/// Runs in the child between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(Launch const& launch, Command const& command, int in, int out, int err, int report,
                         pid_t parent)
{
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126); // the parent died before prctl
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (auto const signal : {SIGPIPE, SIGINT, SIGTERM}) ::signal(signal, SIG_DFL);
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(err, 2);
    // Everything else closes on exec, also what a library opened without O_CLOEXEC.
    ::syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
    auto const folder_ok = command.working_folder.empty() || ::chdir(command.working_folder.c_str()) == 0;
    char* const* const environment = launch.environment.empty() ? environ : launch.environment.data();
    if (folder_ok) ::execve(launch.program.c_str(), launch.arguments.data(), environment);
    auto const error = errno;
    [[maybe_unused]] auto const written = ::write(report, &error, sizeof error);
    ::_exit(127);
}

/// One running child: feeds it, reads it, ends it.
class Child {
public:
    Child(Command const& command, std::stop_token const& stop) : command_(command), stop_(stop) { start(); }
    CommandResult finish();

private:
    void start();
    void loop();
    void feed();
    void read_output();
    void read_errors();
    void deliver_lines(bool last);
    void end(int signal);
    int wait_ms() const;
    void check_limits();

    Command const& command_;
    std::stop_token stop_;
    CommandResult result_;
    pid_t pid_ = -1;
    Fd in_, out_, err_;
    Fd wakeup_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::size_t fed_ = 0;
    std::string line_;
    Steady::time_point deadline_;
    std::optional<Steady::time_point> kill_at_;
};

void Child::start()
{
    auto const launch = prepare(command_);
    auto input = make_pipe();
    auto output = make_pipe();
    auto errors = make_pipe();
    auto report = make_pipe();
    auto const parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) fail_errno(errno, "start", launch.program);
    if (pid_ == 0)
        become(launch, command_, input.read.get(), output.write.get(), errors.write.get(), report.write.get(), parent);
    ::setpgid(pid_, pid_);
    deadline_ = Steady::now() + command_.timeout;
    report.write.reset();
    int error = 0;
    if (::read(report.read.get(), &error, sizeof error) == sizeof error) {
        ::waitpid(pid_, nullptr, 0);
        fail_errno(error, "run", launch.program);
    }
    in_ = std::move(input.write);
    out_ = std::move(output.read);
    err_ = std::move(errors.read);
    for (auto const* fd : {&in_, &out_, &err_}) ::fcntl(fd->get(), F_SETFL, O_NONBLOCK);
    if (command_.input.empty()) in_.reset();
}

void Child::end(int signal)
{
    ::kill(-pid_, signal);
    if (signal == SIGTERM && !kill_at_) kill_at_ = Steady::now() + command_.grace;
}

void Child::feed()
{
    auto const count = ::write(in_.get(), command_.input.data() + fed_, command_.input.size() - fed_);
    if (count > 0) fed_ += static_cast<std::size_t>(count);
    if (fed_ == command_.input.size() || (count < 0 && errno != EAGAIN && errno != EINTR)) in_.reset();
}

void Child::deliver_lines(bool last)
{
    std::size_t begin = 0;
    for (auto end = line_.find('\n'); end != std::string::npos; end = line_.find('\n', begin)) {
        command_.on_line(std::string_view(line_).substr(begin, end - begin));
        begin = end + 1;
    }
    line_.erase(0, begin);
    if (last && !line_.empty()) command_.on_line(line_);
}

void Child::read_output()
{
    std::array<char, 1 << 16> buffer;
    auto const count = ::read(out_.get(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        out_.reset();
        return;
    }
    auto& target = command_.on_line ? line_ : result_.output;
    target.append(buffer.data(), static_cast<std::size_t>(count));
    if (command_.on_line) deliver_lines(false);
    if (target.size() > command_.output_bytes_max && !result_.output_too_long) {
        result_.output_too_long = true;
        end(SIGKILL);
    }
}

void Child::read_errors()
{
    std::array<char, 1 << 14> buffer;
    auto const count = ::read(err_.get(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        err_.reset();
        return;
    }
    result_.errors.append(buffer.data(), static_cast<std::size_t>(count));
    if (result_.errors.size() > command_.errors_bytes_max)
        result_.errors.erase(0, result_.errors.size() - command_.errors_bytes_max);
}

int Child::wait_ms() const
{
    auto until = kill_at_.value_or(deadline_);
    auto const left = std::chrono::ceil<Milliseconds>(until - Steady::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

void Child::check_limits()
{
    auto const now = Steady::now();
    if (stop_.stop_requested() && !result_.cancelled) {
        result_.cancelled = true;
        end(SIGTERM);
    } else if (now >= deadline_ && !result_.timed_out && !result_.cancelled) {
        result_.timed_out = true;
        end(SIGTERM);
    }
    if (kill_at_ && now >= *kill_at_) {
        end(SIGKILL);
        kill_at_ = now + std::chrono::hours(1);
    }
}

void Child::loop()
{
    std::stop_callback const wake(stop_, [this] { ::eventfd_write(wakeup_.get(), 1); });
    while (out_ || err_) {
        std::array<pollfd, 4> fds{
            {{wakeup_.get(), POLLIN, 0}, {out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}, {in_.get(), POLLOUT, 0}}};
        ::poll(fds.data(), fds.size(), wait_ms());
        if (fds[0].revents) {
            eventfd_t value = 0;
            ::eventfd_read(wakeup_.get(), &value);
        }
        if (in_ && fds[3].revents) feed();
        if (out_ && fds[1].revents) read_output();
        if (err_ && fds[2].revents) read_errors();
        check_limits();
    }
}

CommandResult Child::finish()
{
    std::exception_ptr error;
    try {
        loop();
    } catch (...) { // from on_line: the child must not outlive the caller's error
        error = std::current_exception();
        end(SIGKILL);
    }
    // The pipes are closed; a child that closed them and lives on still has its deadline.
    int status = 0;
    rusage usage{};
    pid_t done = 0;
    while ((done = ::wait4(pid_, &status, WNOHANG, &usage)) == 0 || (done < 0 && errno == EINTR)) {
        check_limits();
        pollfd wakeup{wakeup_.get(), POLLIN, 0};
        ::poll(&wakeup, 1, std::min(wait_ms(), 20));
    }
    ::kill(-pid_, SIGKILL); // grandchildren that stayed behind
    if (error) std::rethrow_exception(error);
    if (command_.on_line) deliver_lines(true);
    if (WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
    result_.memory_peak_kib = usage.ru_maxrss;
    result_.cpu_seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                          static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    return std::move(result_);
}

} // namespace

std::string CommandResult::describe(Command const& command) const
{
    if (cancelled) return "was cancelled";
    if (timed_out) return "took longer than " + format_duration(command.timeout);
    if (output_too_long) return fmt::format("wrote more than {} bytes", command.output_bytes_max);
    if (signal != 0) return fmt::format("was ended by SIG{}", ::sigabbrev_np(signal) ? ::sigabbrev_np(signal) : "?");
    return fmt::format("exited with {}", exit_code);
}

CommandResult run(Command const& command, std::stop_token const& stop)
{
    // A child that stops reading must not end us. The handler is per process; SIG_IGN is what every caller wants.
    ::signal(SIGPIPE, SIG_IGN);
    return Child(command, stop).finish();
}

} // namespace base
