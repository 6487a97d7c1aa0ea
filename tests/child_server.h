#pragma once
// A server program that a test starts on loopback, kills and starts again. Ended with the test however that ends.
#include "base/error.h"
#include "base/file.h"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace test {

/// A port that nothing listens on at this moment.
inline int free_port()
{
    base::Fd const socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

inline bool listens(int port)
{
    base::Fd const socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

class ChildServer {
public:
    ChildServer(std::vector<std::string> arguments, std::filesystem::path log, int port)
        : arguments_(std::move(arguments)), log_(std::move(log)), port_(port)
    {
    }
    ChildServer(ChildServer const&) = delete;
    ChildServer& operator=(ChildServer const&) = delete;
    ~ChildServer() { kill(); }

    /// Returns once it accepts connections.
    void start()
    {
        launch();
        auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!listens(port_)) {
            if (::waitpid(pid_, nullptr, WNOHANG) == pid_ || std::chrono::steady_clock::now() > until)
                base::fail(base::ErrorCode::Unavailable, "{} does not start: {}", arguments_[0],
                           base::read_file(log_, 1U << 20U));
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
    void launch()
    {
        std::vector<char*> words;
        for (auto& word : arguments_) words.push_back(word.data());
        words.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        auto const fd = ::open(log_.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644);
        ::dup2(fd, 1);
        ::dup2(fd, 2);
        ::execvp(words[0], words.data());
        ::_exit(127);
    }
    void signal(int number) const { ::kill(pid_, number); }
    void kill()
    {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    int port() const { return port_; }
    pid_t pid() const { return pid_; }

private:
    std::vector<std::string> arguments_;
    std::filesystem::path log_;
    int port_;
    pid_t pid_ = -1;
};

} // namespace test
