// Many listeners on a running server: what 10,000 idle ones cost it, and how fast 1,000 active ones hear.
// websocket_load PORT [TOKEN]; prints JSON. The server is the process that listens on that port of this machine.
#include "base/file.h"
#include "base/json.h"
#include "raw_server.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unordered_map>

static constexpr int idle_count = 10'000;
static constexpr int active_count = 1'000;
static constexpr int events_wanted = 5; // telemetry comes every two seconds

struct Load {
    int idle = 0;
    double idle_kib_each = 0;
    int active = 0;
    int events = 0;
    double deliveries_per_second = 0;
    double p99_ms = 0; ///< from the first to hear an event to the others
    int lost = 0;
};
BOOST_DESCRIBE_STRUCT(Load, (), (idle, idle_kib_each, active, events, deliveries_per_second, p99_ms, lost))

/// KiB of the process whose command line names the port.
static double resident_kib(std::string const& port)
{
    for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream command(entry.path() / "cmdline");
        std::string const text{std::istreambuf_iterator<char>(command), {}};
        if (text.find("serve") == std::string::npos || text.find(":" + port) == std::string::npos) continue;
        std::ifstream status(entry.path() / "status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmRSS:")) return std::atof(line.c_str() + 6);
    }
    return 0;
}

/// A client's text frame; the mask is 0, which is allowed and saves work here.
static std::string frame(std::string const& text)
{
    std::string out = "\x81";
    if (text.size() <= 125)
        out += static_cast<char>(0x80U | text.size());
    else
        out += {'\xFE', static_cast<char>(text.size() >> 8U), static_cast<char>(text.size())};
    return out + std::string(4, '\0') + text;
}

static std::unique_ptr<test::RawClient> connect(std::uint16_t port)
{
    auto client = std::make_unique<test::RawClient>(port);
    if (!client->connected()) return nullptr;
    client->send("GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    char bytes[2048];
    auto const count = ::recv(client->fd(), bytes, sizeof bytes, 0);
    return count > 12 && std::string_view(bytes, 12) == "HTTP/1.1 101" ? std::move(client) : nullptr;
}

/// One text message of the server, whole; "" where the connection ended.
static std::string read_message(int fd)
{
    unsigned char head[4];
    if (::recv(fd, head, 2, MSG_WAITALL) != 2) return {};
    std::size_t size = head[1];
    if (size == 126) {
        if (::recv(fd, head + 2, 2, MSG_WAITALL) != 2) return {};
        size = static_cast<std::size_t>(head[2]) << 8U | head[3];
    }
    std::string text(size, '\0');
    if (::recv(fd, text.data(), size, MSG_WAITALL) != static_cast<ssize_t>(size)) return {};
    return head[0] == 0x81 ? text : std::string();
}

using Clients = std::vector<std::unique_ptr<test::RawClient>>;

static Clients connect_all(std::uint16_t port, int count)
{
    Clients clients;
    for (int i = 0; i < count; ++i) {
        auto client = connect(port);
        if (!client) break;
        clients.push_back(std::move(client));
    }
    return clients;
}

/// Waits for events; the spread of one over its hearers is the time that the server took to send it to all.
static void listen(Clients const& clients, Load& load)
{
    base::Fd const epoll(::epoll_create1(EPOLL_CLOEXEC));
    for (auto const& client : clients) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = client->fd();
        ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, client->fd(), &event);
    }
    using Clock = std::chrono::steady_clock;
    struct Heard {
        Clock::time_point first;
        Clock::time_point last;
        int times = 0;
    };
    std::unordered_map<std::int64_t, Heard> events;
    std::vector<double> delays;
    auto const until = Clock::now() + std::chrono::milliseconds(2'000 * events_wanted + 1'000);
    std::vector<epoll_event> ready(1024);
    while (Clock::now() < until) {
        auto const count = ::epoll_wait(epoll.get(), ready.data(), static_cast<int>(ready.size()), 100);
        for (int i = 0; i < count; ++i) {
            auto const text = read_message(ready[static_cast<std::size_t>(i)].data.fd);
            if (text.find("\"sample\"") == std::string::npos) continue;
            auto const sequence = base::parse_json(text, "event").at("sequence").as_int64();
            auto& heard = events.try_emplace(sequence, Heard{Clock::now(), {}, 0}).first->second;
            heard.last = Clock::now();
            ++heard.times;
            delays.push_back(std::chrono::duration<double, std::milli>(heard.last - heard.first).count());
        }
    }
    double seconds = 0;
    for (auto const& [sequence, heard] : events) {
        seconds += std::chrono::duration<double>(heard.last - heard.first).count();
        load.lost += static_cast<int>(clients.size()) - heard.times;
    }
    load.events = static_cast<int>(events.size());
    if (seconds > 0) load.deliveries_per_second = static_cast<double>(delays.size()) / seconds;
    std::ranges::sort(delays);
    if (!delays.empty()) load.p99_ms = delays[delays.size() * 99 / 100];
}

int main(int count, char** arguments)
{
    if (count < 2) {
        std::cerr << "usage: websocket_load PORT [TOKEN]\n";
        return 2;
    }
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    std::string const port = arguments[1];
    std::string const token = count > 2 ? arguments[2] : "-";
    auto const number = static_cast<std::uint16_t>(std::atoi(port.c_str()));
    Load load;
    auto const before = resident_kib(port);
    std::string const sign_in = frame(R"({"token":")" + token + "\"}");
    auto const idle = connect_all(number, idle_count);
    load.idle = static_cast<int>(idle.size());
    for (auto const& client : idle) {
        client->send(sign_in);
        read_message(client->fd()); // "ready", or why not
    }
    load.idle_kib_each = (resident_kib(port) - before) / std::max(1, load.idle);
    auto const active = connect_all(number, active_count);
    for (auto const& client : active) {
        client->send(sign_in);
        client->send(frame(R"({"subscribe":["telemetry"]})"));
    }
    load.active = static_cast<int>(active.size());
    listen(active, load);
    std::cout << base::to_pretty_json(load);
    return 0;
}
