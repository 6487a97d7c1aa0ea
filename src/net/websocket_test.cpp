#include "net/websocket.h"

#include "net/http_server.h"
#include "support.h"
#include "websocket_client.h"

#include <atomic>
#include <latch>
#include <semaphore>

using namespace std::chrono_literals;
using test::WebSocketClient;

namespace {

/// Says back what it hears, and what happens to it.
struct Parrot : net::WebSocketHandler {
    net::WebSocketLimits given;
    std::shared_ptr<net::WebSocket> socket;
    std::atomic<int> closed = 0;
    std::binary_semaphore opened{0};
    std::binary_semaphore gone{0};
    std::binary_semaphore writable{0};
    std::binary_semaphore busy{0};
    std::binary_semaphore go_on{0};

    net::WebSocketLimits limits() const override { return given; }
    void on_open(std::shared_ptr<net::WebSocket> const& opened_socket) override
    {
        socket = opened_socket;
        opened.release();
    }
    void on_message(std::shared_ptr<net::WebSocket> const& from, std::string text) override
    {
        if (text == "fail") throw std::runtime_error("a secret");
        if (text == "bye") return from->close(4001, "as you wish");
        if (text == "wait") {
            busy.release();
            go_on.acquire();
        }
        from->send_text("heard " + text);
    }
    void on_writable(std::shared_ptr<net::WebSocket> const&) override { writable.release(); }
    void on_close() override
    {
        ++closed;
        gone.release();
    }
};

std::string get(std::uint16_t port, std::string const& headers)
{
    return test::RawClient(port).ask("GET / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
}

} // namespace

class WebSocketServer : public testing::Test {
protected:
    std::shared_ptr<Parrot> parrot = std::make_shared<Parrot>();
    net::HttpServer server{{.network_threads = 2}, [this](net::ServerRequest const&, std::stop_token const&) {
                               net::ServerResponse response;
                               response.upgrade = parrot;
                               return response;
                           }};
    /// Sends it and gives back the code that the server closes with.
    int closed_with(std::string const& bytes)
    {
        WebSocketClient client(server.port());
        client.send_raw(bytes);
        auto const code = client.read_close();
        client.end();
        EXPECT_FALSE(client.read());
        return code;
    }
};

TEST_F(WebSocketServer, a_route_becomes_a_conversation)
{
    WebSocketClient client(server.port());
    EXPECT_NE(client.answer().find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos)
        << client.answer();
    client.send("one");
    client.send("two");
    EXPECT_EQ(client.read_text(), "heard one");
    EXPECT_EQ(client.read_text(), "heard two");
    auto const long_text = std::string(60'000, 'x');
    client.send(long_text);
    EXPECT_EQ(client.read_text(), "heard " + long_text);
}

TEST_F(WebSocketServer, fragments_are_one_message_also_around_a_ping)
{
    WebSocketClient client(server.port());
    client.send_raw(WebSocketClient::frame(0x01, "a") + WebSocketClient::frame(0x89, "are you there") +
                    WebSocketClient::frame(0x00, "b") + WebSocketClient::frame(0x80, "c"));
    auto const pong = client.read();
    ASSERT_TRUE(pong);
    EXPECT_EQ(pong->opcode, 10);
    EXPECT_EQ(pong->payload, "are you there");
    EXPECT_EQ(client.read_text(), "heard abc");
}

TEST_F(WebSocketServer, only_a_whole_handshake_is_one)
{
    std::string const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    std::string const version = "Sec-WebSocket-Version: 13\r\n";
    std::string const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    for (auto const& headers :
         {std::string(), upgrade, upgrade + key, upgrade + version, key + version,
          upgrade + key + "Sec-WebSocket-Version: 8\r\n", upgrade + version + "Sec-WebSocket-Key: short\r\n",
          upgrade + key + version + "Content-Length: 0\r\nConnection: close\r\nX: y\r\n"}) {
        auto const whole = headers.find("X: y") != std::string::npos; // an empty body is none
        EXPECT_EQ(get(server.port(), headers).substr(9, 3), whole ? "101" : "426") << headers;
    }
}

TEST_F(WebSocketServer, what_breaks_the_protocol_is_closed_with_its_code)
{
    EXPECT_EQ(closed_with(std::string("\x81\x02hi")), 1002);         // not masked
    EXPECT_EQ(closed_with(WebSocketClient::frame(0xC1, "a")), 1002); // a reserved bit
    EXPECT_EQ(closed_with(WebSocketClient::frame(0x83, "a")), 1002); // an unknown kind
    EXPECT_EQ(closed_with(WebSocketClient::frame(0x80, "a")), 1002); // the rest of nothing
    EXPECT_EQ(closed_with(WebSocketClient::frame(0x01, "a") + WebSocketClient::frame(0x81, "b")), 1002);
    EXPECT_EQ(closed_with(WebSocketClient::frame(0x09, "a")), 1002); // a fragment of a ping
    EXPECT_EQ(closed_with(WebSocketClient::frame(0x89, std::string(126, 'a'))), 1002);
    EXPECT_EQ(closed_with(std::string("\x81\xfe\x00\x01xxxxa", 9)), 1002);  // a length in a longer form
    EXPECT_EQ(closed_with(WebSocketClient::frame(0x88, "\x03")), 1002);     // half a code
    EXPECT_EQ(closed_with(WebSocketClient::frame(0x88, "\x03\xed")), 1002); // 1005 is never sent
    EXPECT_EQ(closed_with(WebSocketClient::frame(0x81, "\xc3")), 1007);
    EXPECT_EQ(closed_with(std::string("\x81\xff\x00\x00\x00\x00\x00\x01\x00\x01xxxx", 14)), 1009);
    EXPECT_EQ(closed_with(std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xffxxxx", 14)), 1009);
    EXPECT_EQ(closed_with(WebSocketClient::frame(0x01, std::string(40'000, 'a')) +
                          WebSocketClient::frame(0x80, std::string(40'000, 'a'))),
              1009);
}

TEST_F(WebSocketServer, each_side_may_close_and_the_handler_learns_it_once)
{
    WebSocketClient polite(server.port());
    polite.send_raw(WebSocketClient::frame(0x88, "\x03\xe8"));
    EXPECT_EQ(polite.read_close(), 1000);
    polite.end();
    parrot->gone.acquire();

    WebSocketClient dismissed(server.port());
    dismissed.send("bye");
    EXPECT_EQ(dismissed.read_close(), 4001);
    dismissed.send_raw(WebSocketClient::frame(0x88, "\x0f\xa1"));
    dismissed.end();
    parrot->gone.acquire();

    {
        WebSocketClient const vanished(server.port());
    }
    parrot->gone.acquire();
    EXPECT_EQ(parrot->closed, 3);
}

TEST_F(WebSocketServer, an_error_of_the_handler_ends_the_conversation_and_says_nothing)
{
    WebSocketClient client(server.port());
    client.send("fail");
    auto const frame = client.read();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->opcode, 8);
    EXPECT_EQ(frame->payload.find("secret"), std::string::npos);
}

TEST_F(WebSocketServer, a_full_queue_refuses_and_tells_when_there_is_room_again)
{
    WebSocketClient client(server.port());
    parrot->opened.acquire();
    auto const frame = net::WebSocket::frame(std::string(50'000, 'x'));
    int sent = 0;
    while (parrot->socket->send(frame)) ++sent; // nobody reads: the system's buffers fill up, then the queue
    EXPECT_LE(parrot->socket->queued_bytes(), parrot->given.queue_bytes_max);
    for (int i = 0; i < sent; ++i) ASSERT_EQ(client.read_text().size(), 50'000U);
    parrot->writable.acquire();
    EXPECT_TRUE(parrot->socket->send_text("more"));
    EXPECT_EQ(client.read_text(), "more");
}

TEST_F(WebSocketServer, who_is_silent_is_asked_and_then_dropped)
{
    parrot->given.ping_interval = 20ms;
    parrot->given.pong_timeout = 20ms;
    WebSocketClient client(server.port());
    for (int i = 0; i < 3; ++i) { // answers are enough to stay
        auto const ping = client.read();
        ASSERT_TRUE(ping);
        EXPECT_EQ(ping->opcode, 9);
        client.send_raw(WebSocketClient::frame(0x8A, ""));
    }
    while (client.read()) continue;
    parrot->gone.acquire();
    EXPECT_FALSE(parrot->socket->send_text("to nobody"));
}

TEST_F(WebSocketServer, stopping_says_goodbye)
{
    WebSocketClient client(server.port());
    parrot->opened.acquire();
    std::jthread const stopper([this] { server.stop(); });
    EXPECT_EQ(client.read_close(), 1001);
    parrot->gone.acquire();
    EXPECT_EQ(parrot->closed, 1);
}

TEST_F(WebSocketServer, a_handler_that_is_busy_while_the_server_stops_learns_the_end_afterwards)
{
    WebSocketClient client(server.port());
    client.send("wait");
    parrot->busy.acquire();
    std::jthread stopper([this] { server.stop(); });
    EXPECT_EQ(client.read_close(), 1001);
    EXPECT_EQ(parrot->closed, 0);
    parrot->go_on.release();
    stopper.join();
    EXPECT_EQ(parrot->closed, 1);
}

TEST_F(WebSocketServer, many_hear_the_same_frame)
{
    struct Listener : net::WebSocketHandler {
        std::latch* all = nullptr;
        std::mutex* mutex = nullptr;
        std::vector<std::shared_ptr<net::WebSocket>>* sockets = nullptr;
        void on_open(std::shared_ptr<net::WebSocket> const& socket) override
        {
            std::scoped_lock const lock(*mutex);
            sockets->push_back(socket);
            all->count_down();
        }
        void on_message(std::shared_ptr<net::WebSocket> const&, std::string) override {}
    };
    constexpr int count = 100;
    std::latch all(count);
    std::mutex mutex;
    std::vector<std::shared_ptr<net::WebSocket>> sockets;
    net::HttpServer const crowd({.network_threads = 2}, [&](net::ServerRequest const&, std::stop_token const&) {
        auto listener = std::make_shared<Listener>();
        listener->all = &all;
        listener->mutex = &mutex;
        listener->sockets = &sockets;
        net::ServerResponse response;
        response.upgrade = listener;
        return response;
    });
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    for (int i = 0; i < count; ++i) clients.push_back(std::make_unique<WebSocketClient>(crowd.port()));
    all.wait();
    for (int round = 0; round < 10; ++round) {
        auto const frame = net::WebSocket::frame("round " + std::to_string(round));
        for (auto const& socket : sockets) EXPECT_TRUE(socket->send(frame));
    }
    for (auto const& client : clients)
        for (int round = 0; round < 10; ++round) EXPECT_EQ(client->read_text(), "round " + std::to_string(round));
}
