#pragma once
// What only root may break: the network of a process, the room on a disk. In namespaces of the test itself, which end
// with it; the machine's own network and mounts stay as they are.
#include "base/file.h"
#include "base/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace crash {

inline bool may_break_the_machine() { return ::geteuid() == 0; }

inline void run_program(std::vector<std::string> arguments)
{
    base::Command const command{.arguments = std::move(arguments)};
    auto const result = base::run(command);
    if (!result.ok())
        base::fail(base::ErrorCode::Internal, "{} {}: {}", command.arguments[0], result.describe(command),
                   result.errors);
}

/// From here on this process and its children have a network and mounts of their own. Before any thread begins.
inline void leave_the_machine_alone()
{
    if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) base::fail_errno(errno, "leave", "the machine's namespaces");
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) base::fail_errno(errno, "keep apart", "/");
    run_program({"ip", "link", "set", "lo", "up"});
}

/// A machine's network: one cable to the test, which can be pulled.
class Cable {
public:
    explicit Cable(int number) : number_(number)
    {
        auto const holder = ::fork();
        if (holder == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::unshare(CLONE_NEWNET) != 0) ::_exit(1);
            ::raise(SIGSTOP);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(holder, &status, WUNTRACED);
        auto const id = std::to_string(holder);
        space_ = base::Fd(::open(("/proc/" + id + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC));
        run_program({"ip", "link", "add", near(), "type", "veth", "peer", "name", "far", "netns", id});
        run_program({"ip", "address", "add", address() + "/24", "dev", near()});
        plug();
        auto const inside = [&](std::vector<std::string> words) {
            words.insert(words.begin(), {"nsenter", "--net=/proc/" + id + "/ns/net", "ip"});
            run_program(words);
        };
        inside({"link", "set", "lo", "up"});
        inside({"address", "add", fmt::format("10.201.{}.2/24", number_), "dev", "far"});
        inside({"link", "set", "far", "up"});
        ::kill(holder, SIGKILL); // what keeps the network from here on is our descriptor
        ::waitpid(holder, nullptr, 0);
    }
    /// Where the machine behind the cable finds the test.
    std::string address() const { return fmt::format("10.201.{}.1", number_); }
    /// In a child, before its program begins.
    void enter() const
    {
        if (::setns(space_.get(), CLONE_NEWNET) != 0) ::_exit(124);
    }
    void pull() const { run_program({"ip", "link", "set", near(), "down"}); }
    void plug() const { run_program({"ip", "link", "set", near(), "up"}); }

private:
    std::string near() const { return fmt::format("cable{}", number_); }
    int number_;
    base::Fd space_;
};

/// A disk in memory, of few megabytes, in place of a folder.
class SmallDisk {
public:
    SmallDisk(std::filesystem::path folder, int megabytes) : folder_(std::move(folder))
    {
        auto const options = fmt::format("size={}m,mode=0711", megabytes);
        if (::mount("tmpfs", folder_.c_str(), "tmpfs", 0, options.c_str()) != 0)
            base::fail_errno(errno, "mount a small disk at", folder_.string());
    }
    SmallDisk(SmallDisk const&) = delete;
    SmallDisk& operator=(SmallDisk const&) = delete;
    ~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }

    void fill() const
    {
        base::Fd const fd(::open(ballast().c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
        std::string block(64U << 10U, 'x');
        while (!block.empty()) {
            if (::write(fd.get(), block.data(), block.size()) == static_cast<ssize_t>(block.size())) continue;
            block.resize(block.size() / 2);
        }
    }
    void empty() const { std::filesystem::remove(ballast()); }

private:
    std::filesystem::path ballast() const { return folder_ / "ballast"; }
    std::filesystem::path folder_;
};

} // namespace crash
