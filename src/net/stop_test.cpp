// A server that ends in the middle of everything: whoever began to hear something also hears its end, once.
#include "net/http_server.h"
#include "net/websocket.h"
#include "support.h"
#include "websocket_client.h"

#include <atomic>
#include <csignal>
#include <fstream>
#include <mutex>
#include <sys/prctl.h>
#include <sys/wait.h>

using namespace std::chrono_literals;
using net::ServerRequest;
using net::ServerResponse;

namespace {

struct Counts {
    std::atomic<int> begun = 0;
    std::atomic<int> ended = 0;
};

/// What all handlers of a server share.
struct Stage {
    Counts sockets;
    Counts sinks;
    std::atomic<int> answers = 0;
    std::mutex mutex;
    std::vector<std::shared_ptr<net::WebSocket>> open;
    /// As a hub does: from a thread of its own, to all at once.
    void publish()
    {
        std::scoped_lock const lock(mutex);
        auto const frame = net::WebSocket::frame(std::string(2'000, 'x'));
        for (auto const& socket : open) socket->send(frame);
    }
};

struct Ear : net::WebSocketHandler {
    explicit Ear(Stage& the_stage) : stage(the_stage) {}
    void on_open(std::shared_ptr<net::WebSocket> const& socket) override
    {
        ++stage.sockets.begun;
        std::scoped_lock const lock(stage.mutex);
        stage.open.push_back(socket);
    }
    void on_message(std::shared_ptr<net::WebSocket> const& from, std::string text) override { from->send_text(text); }
    void on_close() override
    {
        EXPECT_EQ(closed++, 0);
        ++stage.sockets.ended;
    }
    Stage& stage;
    int closed = 0;
};

struct Bucket : net::BodySink {
    explicit Bucket(Stage& the_stage) : stage(the_stage) {}
    bool take(std::string_view, std::stop_token const&) override
    {
        if (!std::exchange(began, true)) ++stage.sinks.begun;
        return true;
    }
    ServerResponse finish(bool, std::stop_token const&) override
    {
        end();
        return {};
    }
    void lost() override { end(); }
    void end()
    {
        EXPECT_EQ(ends++, 0);
        if (began) ++stage.sinks.ended;
    }
    Stage& stage;
    bool began = false;
    int ends = 0;
};

std::unique_ptr<net::HttpServer> serve(Stage& stage)
{
    net::ServerOptions options;
    options.network_threads = 2;
    options.handler_threads = 3;
    options.stop_grace = 5ms;
    options.accept_body = [&stage](ServerRequest const&) {
        return net::BodyDecision{.sink = std::make_shared<Bucket>(stage)};
    };
    return std::make_unique<net::HttpServer>(options, [&stage](ServerRequest const& request, std::stop_token const&) {
        ++stage.answers;
        ServerResponse response;
        if (request.path == "/socket") response.upgrade = std::make_shared<Ear>(stage);
        response.body = std::string(5'000, 'a');
        return response;
    });
}

/// One thing after the other, some of them left half done, until nobody listens there any more.
void use(std::uint16_t port, unsigned seed, bool stays)
{
    for (auto i = seed; test::RawClient(port).connected(); ++i) {
        if (i % 3 == 0) {
            test::RawClient const client(port);
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT");
            if (i % 2 == 0) client.ask("TP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        } else if (i % 3 == 1) {
            test::WebSocketClient client(port, "/socket");
            if (!client.open()) continue;
            for (int message = 0; message < 3; ++message) client.send("hello");
            client.read();
            if (stays) client.read_close();
        } else {
            test::RawClient const client(port);
            client.send("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 400000\r\n\r\n");
            client.send(std::string(i % 2 == 0 ? 400'000 : 300'000, 'b'));
            if (i % 2 == 0) client.read(); // all of it was sent
        }
    }
}

} // namespace

TEST(Stopping, in_the_middle_of_everything_tells_all_who_began_the_end)
{
    for (int round = 0; round < 10; ++round) {
        Stage stage;
        auto server = serve(stage);
        {
            std::vector<std::jthread> clients;
            for (unsigned i = 0; i < 6; ++i)
                clients.emplace_back([port = server->port(), i] { use(port, i * 5, i < 2); });
            std::jthread const publisher([&stage](std::stop_token const& stop) {
                while (!stop.stop_requested()) stage.publish();
            });
            auto const wanted = 20 + 7 * round;
            while (stage.answers + stage.sinks.begun < wanted) std::this_thread::yield();
            server.reset();
        }
        EXPECT_GT(stage.sockets.begun, 0);
        EXPECT_EQ(stage.sockets.begun, stage.sockets.ended);
        EXPECT_EQ(stage.sinks.begun, stage.sinks.ended);
    }
}

namespace {

/// Descriptors that some epoll of this process looks at.
int watched_descriptors()
{
    int count = 0;
    for (auto const& entry : std::filesystem::directory_iterator("/proc/self/fdinfo")) {
        std::ifstream facts(entry.path());
        for (std::string line; std::getline(facts, line);) count += line.starts_with("tfd:") ? 1 : 0;
    }
    return count;
}

} // namespace

TEST(Stopping, a_closed_connection_is_heard_of_no_more_although_a_child_process_has_a_copy)
{
    net::HttpServer const server({}, [](ServerRequest const&, std::stop_token const&) { return ServerResponse(); });
    auto const before = watched_descriptors();
    test::RawClient const client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (server.connections() == 0) std::this_thread::yield();
    auto const child = ::fork(); // as before an exec, only longer
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) ::pause();
    }
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    client.read();
    while (server.connections() != 0) std::this_thread::yield();
    EXPECT_EQ(watched_descriptors(), before);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"); // would be an event of a session that is gone
    EXPECT_FALSE(test::RawClient(server.port()).ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").empty());
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
}
