// Bodies both ways: kept, streamed, refused, from files; and those who send or take them too slowly.
#include "net/http_server.h"
#include "raw_server.h"
#include "support.h"

#include <atomic>
#include <fcntl.h>
#include <latch>
#include <semaphore>

using net::ServerRequest;
using net::ServerResponse;
using namespace std::chrono_literals;

namespace {

bool has(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Remembers what it got.
struct Bucket : net::BodySink {
    std::string bytes;
    std::atomic<std::size_t> seen = 0;
    std::size_t enough = SIZE_MAX;
    std::counting_semaphore<1000> was_lost{0};
    std::counting_semaphore<1000> took{0};
    bool take(std::string_view piece, std::stop_token const&) override
    {
        if (piece == "throw") throw std::runtime_error("a secret");
        bytes += piece;
        seen = bytes.size();
        took.release();
        return bytes.size() < enough;
    }
    ServerResponse finish(bool whole, std::stop_token const&) override
    {
        return {whole ? 201 : 413, {}, "took " + std::to_string(bytes.size())};
    }
    void lost() override { was_lost.release(); }
};

ServerResponse handler(ServerRequest const& request, std::stop_token const&)
{
    return {200, {}, "kept " + std::to_string(request.body.size())};
}

} // namespace

class Bodies : public testing::Test {
protected:
    std::shared_ptr<Bucket> bucket = std::make_shared<Bucket>();
    net::ServerOptions options()
    {
        net::ServerOptions out;
        out.rate_window = 100ms;
        out.rate_bytes_min = 1000;
        out.accept_body = [this](ServerRequest const& head) -> net::BodyDecision {
            if (head.path == "/throw") throw std::runtime_error("a secret");
            if (head.path == "/refuse") return {.refusal = ServerResponse{403, {}, "not you"}};
            if (head.path == "/stream") return {.sink = bucket};
            return {};
        };
        return out;
    }
    std::unique_ptr<net::HttpServer> server = std::make_unique<net::HttpServer>(options(), handler);
    std::string ask(std::string const& text) const { return test::RawClient(server->port()).ask(text); }
    static std::string post(std::string const& path, std::string const& body)
    {
        return "POST " + path +
               " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    }
};

TEST_F(Bodies, small_ones_are_kept_unasked_and_large_ones_where_nobody_objects)
{
    EXPECT_TRUE(has(ask(post("/refuse", std::string(1000, 'a'))), "kept 1000"));
    EXPECT_TRUE(has(ask(post("/", std::string(500'000, 'a'))), "kept 500000"));
    EXPECT_TRUE(has(ask(post("/", std::string((1 << 20) + 1, 'a'))), " 413 "));
}

TEST_F(Bodies, a_refusal_comes_before_the_body_is_read)
{
    test::RawClient const client(server->port());
    client.send("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n");
    auto const answer = client.read();
    EXPECT_TRUE(has(answer, " 403 ") && has(answer, "not you") && has(answer, "Connection: close")) << answer;
    EXPECT_TRUE(has(ask(post("/throw", std::string(100'000, 'a'))), " 500 "));
}

TEST_F(Bodies, a_sink_gets_all_of_it_far_beyond_what_memory_would_hold)
{
    std::string body;
    for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i);
    EXPECT_TRUE(has(ask(post("/stream", body)), "took " + std::to_string(body.size())));
    EXPECT_EQ(bucket->bytes == body, true);
    std::string chunks = "POST /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 100; ++i) chunks += "1000\r\n" + std::string(4096, 'c') + "\r\n";
    bucket = std::make_shared<Bucket>();
    EXPECT_TRUE(has(ask(chunks + "0\r\n\r\n"), "took 409600"));
    EXPECT_EQ(bucket->bytes == std::string(409'600, 'c'), true);
}

TEST_F(Bodies, a_sink_may_have_had_enough)
{
    bucket->enough = 100'000;
    auto const answer = ask(post("/stream", std::string(900'000, 'a')));
    EXPECT_TRUE(has(answer, " 413 ") && has(answer, "Connection: close")) << answer;
    EXPECT_LT(bucket->bytes.size(), 900'000U);
}

TEST_F(Bodies, a_sink_that_raises_an_error_is_a_500)
{
    test::RawClient const client(server->port());
    client.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nthrow");
    auto const answer = client.read();
    EXPECT_TRUE(has(answer, " 500 ")) << answer;
    EXPECT_FALSE(has(answer, "secret"));
}

TEST_F(Bodies, what_came_before_the_sender_left_is_not_lost)
{
    {
        test::RawClient const client(server->port());
        client.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" + std::string(100'000, 'a'));
    }
    bucket->was_lost.acquire();
    EXPECT_EQ(bucket->bytes.size(), 100'000U);
    bucket = std::make_shared<Bucket>();
    auto const answer = ask("POST /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nwrong");
    EXPECT_TRUE(has(answer, " 400 ")) << answer;
    bucket->was_lost.acquire();
    EXPECT_EQ(bucket->bytes, "abc");
}

TEST_F(Bodies, a_sink_learns_that_the_server_stopped_before_the_end)
{
    struct Patient : Bucket {
        bool take(std::string_view piece, std::stop_token const& stop) override
        {
            std::binary_semaphore stopped{0};
            std::stop_callback const wake(stop, [&] { stopped.release(); });
            Bucket::take(piece, stop);
            stopped.acquire();
            return true;
        }
    };
    auto hasty = options();
    hasty.rate_window = 10s;
    hasty.stop_grace = 10ms;
    for (auto const& sink : {bucket, std::shared_ptr<Bucket>(std::make_shared<Patient>())}) {
        bucket = sink;
        server = std::make_unique<net::HttpServer>(hasty, handler);
        test::RawClient const client(server->port());
        client.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nabc");
        sink->took.acquire();
        server.reset();
        EXPECT_TRUE(sink->was_lost.try_acquire());
        EXPECT_FALSE(sink->was_lost.try_acquire()) << "told twice";
    }
}

TEST_F(Bodies, who_sends_too_slowly_is_dropped)
{
    test::RawClient const kept(server->port());
    kept.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\na");
    EXPECT_EQ(kept.read(), "");
    test::RawClient const streamed(server->port());
    streamed.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nab");
    EXPECT_EQ(streamed.read(), "");
    bucket->was_lost.acquire();
    EXPECT_EQ(bucket->bytes, "ab");
}

TEST_F(Bodies, continue_is_said_when_the_body_is_wanted)
{
    std::string const head = " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: ";
    test::RawClient const wanted(server->port());
    wanted.send("POST /stream" + head + "100000\r\n\r\n");
    pollfd wait{wanted.fd(), POLLIN, 0};
    ::poll(&wait, 1, -1);
    auto const answer = wanted.ask(std::string(100'000, 'a'));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 ")) << answer;
    auto const refused = ask("POST /refuse" + head + "100000\r\n\r\n");
    EXPECT_FALSE(has(refused, "100 Continue")) << refused;
}

TEST_F(Bodies, all_connections_together_hold_no_more_than_the_limit)
{
    auto tight = options();
    tight.memory_for_bodies_max = 800'000;
    tight.rate_window = 10s;
    server = std::make_unique<net::HttpServer>(tight, handler);
    test::RawClient const first(server->port());
    first.send(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 700000\r\n\r\n");
    pollfd wait{first.fd(), POLLIN, 0};
    ::poll(&wait, 1, -1); // its room is taken
    EXPECT_TRUE(has(ask(post("/", std::string(200'000, 'a'))), " 503 "));
    EXPECT_TRUE(has(first.ask(std::string(700'000, 'a')), "kept 700000"));
    EXPECT_TRUE(has(ask(post("/", std::string(700'000, 'a'))), "kept 700000"));
}

class Files : public testing::Test {
protected:
    base::TemporaryFolder folder;
    std::string content;
    void SetUp() override
    {
        while (content.size() < 5'000'000) content += std::to_string(content.size()) + " ";
        base::write_file_atomic(folder.path() / "file", content);
    }
    net::FileBody part(std::uint64_t offset, std::uint64_t count) const
    {
        return {std::make_shared<base::Fd>(::open((folder.path() / "file").c_str(), O_RDONLY | O_CLOEXEC)), offset,
                count};
    }
    net::HttpServer::Handler serving(std::uint64_t offset, std::uint64_t count) const
    {
        return [=, this](ServerRequest const&, std::stop_token const&) {
            ServerResponse response;
            response.file = part(offset, count);
            return response;
        };
    }
    static std::string body(std::string const& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
};

TEST_F(Files, go_out_whole_and_in_part_to_several_at_once)
{
    net::HttpServer const whole({.network_threads = 2}, serving(0, content.size()));
    std::latch together(4);
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i)
        clients.emplace_back([&] {
            together.arrive_and_wait();
            auto const answer =
                test::RawClient(whole.port()).ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            EXPECT_EQ(body(answer) == content, true) << answer.size();
        });
    clients.clear();
    net::HttpServer const some({}, serving(1000, 70'000));
    auto const two =
        test::RawClient(some.port())
            .ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(has(two, "Content-Length: 70000\r\n"));
    EXPECT_TRUE(two.ends_with("\r\n\r\n" + content.substr(1000, 70'000)));
}

TEST_F(Files, one_that_shrinks_ends_the_connection_instead_of_lying)
{
    net::HttpServer const server({}, serving(content.size() - 10, 100));
    auto const answer = test::RawClient(server.port()).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(has(answer, "Content-Length: 100\r\n"));
    EXPECT_EQ(body(answer), content.substr(content.size() - 10));
}

TEST_F(Files, who_does_not_read_is_dropped)
{
    net::HttpServer const server(
        {.write_timeout = 50ms, .rate_bytes_min = 1}, [this](ServerRequest const&, std::stop_token const&) {
            ServerResponse response;
            response.body = content + content + content + content; // more than the system's buffers hold
            return response;
        });
    test::RawClient const client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    pollfd wait{client.fd(), POLLRDHUP, 0}; // a reset: the rest is not kept for it
    ::poll(&wait, 1, -1);
    EXPECT_NE(wait.revents, 0);
    EXPECT_LT(client.read().size(), 4 * content.size());
}
