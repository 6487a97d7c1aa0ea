// For sandbox_test: binds itself like ettametta-media, then tries one thing. Prints "done" or why it was refused.
#include "base/file.h"
#include "media/sandbox.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

int open_and_close(std::string const& path, int flags)
{
    return base::Fd(::open(path.c_str(), flags | O_CLOEXEC, 0600)) ? 0 : errno;
}

int fork_and_wait()
{
    auto const child = ::fork();
    if (child < 0) return errno;
    if (child == 0) ::_exit(0);
    ::waitpid(child, nullptr, 0);
    return 0;
}

int execute()
{
    char* const arguments[] = {const_cast<char*>("/bin/true"), nullptr};
    ::execve("/bin/true", arguments, nullptr);
    return errno;
}

int write_much(std::string const& path)
{
    base::Fd const fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    std::vector<char> const block(1 << 20);
    for (int i = 0; i < 64; ++i)
        if (::write(fd.get(), block.data(), block.size()) < 0) return errno;
    return 0;
}

int allocate_much()
{
    try {
        std::vector<std::vector<char>> blocks;
        for (int i = 0; i < 100; ++i) blocks.emplace_back(64U << 20U);
    } catch (std::bad_alloc const&) {
        return ENOMEM;
    }
    return 0;
}

[[noreturn]] void burn()
{
    std::atomic<unsigned> turns = 0;
    for (;;) ++turns;
}

int attempt(std::string const& action, std::string const& path)
{
    if (action == "socket") return ::socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
    if (action == "unix-socket") return ::socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
    if (action == "exec") return execute();
    if (action == "fork") return fork_and_wait();
    if (action == "trace") return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0 ? errno : 0;
    if (action == "kill-parent") return ::kill(::getppid(), 0) < 0 ? errno : 0;
    if (action == "read") return open_and_close(path, O_RDONLY);
    if (action == "write") return open_and_close(path, O_WRONLY | O_CREAT);
    if (action == "write-much") return write_much(path);
    if (action == "delete") return ::unlink(path.c_str()) < 0 ? errno : 0;
    if (action == "own") return ::chown(path.c_str(), 0, 0) < 0 ? errno : 0;
    if (action == "memory") return allocate_much();
    if (action == "thread") return std::thread([] {}).join(), 0;
    if (action == "burn") burn();
    return EINVAL;
}

} // namespace

int main(int count, char** arguments)
{
    if (count != 5) return 2;
    plan::ChildLimits limits{.memory_mib = 256, .cpu_seconds = 1, .file_bytes = 16 << 20};
    limits.readable = {arguments[1]};
    limits.writable = {arguments[2]};
    auto const confinement = media::confine(limits);
    auto const error = attempt(arguments[3], arguments[4]);
    std::printf("%s files_abi=%d\n", error == 0 ? "done" : ::strerrorname_np(error), confinement.files_abi);
    return 0;
}
