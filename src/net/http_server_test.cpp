#include "net/http_server.h"

#include "raw_server.h"
#include "support.h"

#include <atomic>
#include <semaphore>

using base::ErrorCode;
using net::ServerRequest;
using net::ServerResponse;
using namespace std::chrono_literals;

namespace {

ServerResponse echo(ServerRequest const& request, std::stop_token const&)
{
    return {200, {}, request.method + " " + request.path + " " + request.body};
}

std::string ask(net::HttpServer const& server, std::string const& text)
{
    return test::RawClient(server.port()).ask(text);
}
bool has(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

TEST(HttpServer, answers_one_request_after_the_other_on_one_connection)
{
    net::HttpServer const server({}, echo);
    auto const text =
        ask(server, "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b?c=d HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
                    "GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(has(text, "GET /a "));
    EXPECT_TRUE(has(text, "POST /b hi"));
    EXPECT_TRUE(has(text, "GET /c "));
    EXPECT_TRUE(has(text, "Connection: close"));
}

TEST(HttpServer, sends_no_body_to_head_but_its_length)
{
    net::HttpServer const server({}, echo);
    auto const text = ask(server, "HEAD /abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(has(text, "Content-Length: 10\r\n")) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n")) << text;
}

TEST(HttpServer, tells_of_every_answer_as_it_begins)
{
    std::mutex mutex;
    std::vector<std::string> told;
    net::ServerOptions options;
    options.quick = [](ServerRequest const& request) -> std::optional<ServerResponse> {
        if (request.path == "/quick") return ServerResponse{204};
        return std::nullopt;
    };
    options.answered = [&](std::string_view method, int status, std::chrono::duration<double> took) {
        std::scoped_lock const lock(mutex);
        EXPECT_GE(took.count(), 0);
        told.push_back(fmt::format("{} {}", method, status));
    };
    net::HttpServer const server(options, echo);
    ask(server, "GET /quick HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    ask(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
    ask(server, "nonsense\r\n\r\n");
    std::scoped_lock const lock(mutex);
    EXPECT_EQ(told, (std::vector<std::string>{"GET 204", "GET 200", "POST 413", " 400"}));
}

TEST(HttpServer, refuses_what_could_be_read_in_two_ways)
{
    net::HttpServer const server({}, echo);
    auto const status = [&](std::string const& text) { return ask(server, text).substr(9, 3); };
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              "400");
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
              "400");
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), "400");
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"), "400");
    EXPECT_EQ(status("GET / HTTP/1.1\r\n\r\n"), "400");
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), "400");
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost : x\r\n\r\n"), "400");
    EXPECT_EQ(status("GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(status("GET /a/%2e%2e/b HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(status("GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(status("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(status("nonsense\r\n\r\n"), "400");
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "200");
}

TEST(HttpServer, holds_header_and_body_to_their_limits)
{
    net::HttpServer const server({}, echo);
    EXPECT_TRUE(has(ask(server, "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n"), " 431 "));
    EXPECT_TRUE(has(ask(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n"), " 413 "));
    std::string chunks = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 33; ++i) chunks += "8000\r\n" + std::string(0x8000, 'b') + "\r\n";
    EXPECT_TRUE(has(ask(server, chunks + "0\r\n\r\n"), " 413 "));
}

TEST(HttpServer, closes_a_connection_that_never_finishes_its_request)
{
    net::HttpServer const server({.idle_timeout = 100ms}, echo);
    test::RawClient const slow(server.port());
    slow.send("GET / HTTP/1.1\r\nHost: ");
    EXPECT_EQ(slow.read(), ""); // returns when the server closes
    test::RawClient const silent(server.port());
    EXPECT_EQ(silent.read(), "");
}

TEST(HttpServer, answers_503_when_no_handler_is_free_and_none_can_wait)
{
    std::counting_semaphore<8> arrived{0};
    std::counting_semaphore<8> go_on{0};
    net::HttpServer server({.handler_threads = 1, .waiting_max = 1},
                           [&](ServerRequest const&, std::stop_token const&) -> ServerResponse {
                               arrived.release();
                               go_on.acquire();
                               return {};
                           });
    std::string const request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    test::RawClient const running(server.port());
    running.send(request);
    arrived.acquire();
    test::RawClient const second(server.port());
    test::RawClient const third(server.port());
    second.send(request);
    third.send(request);
    // One of the two waits; the other is answered while the only handler is busy.
    auto const& refused = test::first_readable(second, third);
    auto const& waiting = &refused == &second ? third : second;
    EXPECT_TRUE(has(refused.read(), " 503 "));
    go_on.release(2);
    EXPECT_TRUE(has(running.read(), " 200 "));
    EXPECT_TRUE(has(waiting.read(), " 200 "));
}

TEST(HttpServer, an_exception_of_a_handler_is_a_500_and_not_the_end)
{
    net::HttpServer const server({}, [](ServerRequest const& request, std::stop_token const&) -> ServerResponse {
        if (request.path == "/bad") throw std::runtime_error("a secret detail");
        return {};
    });
    auto const text = ask(server, "GET /bad HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(has(text, " 500 "));
    EXPECT_FALSE(has(text, "secret"));
    EXPECT_TRUE(has(ask(server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), " 200 "));
}

TEST(HttpServer, names_the_address_that_is_taken)
{
    net::HttpServer const first({}, echo);
    auto const error = test::error_of([&] { net::HttpServer({.port = first.port()}, echo); });
    EXPECT_EQ(error.code, ErrorCode::Conflict);
    EXPECT_EQ(std::string(error.what()),
              "cannot listen on 127.0.0.1:" + std::to_string(first.port()) + ": Address already in use");
    EXPECT_EQ(error.next_action, "choose another port with --listen");
    EXPECT_EQ(test::error_of([&] { net::HttpServer({.address = "nowhere"}, echo); }).code, ErrorCode::InvalidInput);
}

TEST(HttpServer, finishes_the_answer_under_way_when_it_stops)
{
    std::binary_semaphore arrived{0};
    std::binary_semaphore go_on{0};
    net::HttpServer server({.stop_grace = 10s}, [&](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        arrived.release();
        go_on.acquire();
        return {200, {}, "finished"};
    });
    test::RawClient const client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    arrived.acquire();
    std::jthread const stopper([&] { server.stop(); });
    go_on.release();
    EXPECT_TRUE(has(client.read(), "finished"));
}

TEST(HttpServer, drops_connections_above_its_limit)
{
    net::HttpServer const server({.connections_max = 1}, echo);
    test::RawClient const first(server.port());
    first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    test::RawClient const second(server.port());
    EXPECT_EQ(second.read(), "");
    first.end();
    EXPECT_TRUE(has(first.read(), "GET / "));
}

TEST(HttpServer, drips_an_answer_byte_by_byte)
{
    net::HttpServer const server({}, [](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        ServerResponse response{200, {}, "drop by drop"};
        response.drip = std::chrono::milliseconds(1);
        return response;
    });
    test::RawClient const client(server.port());
    auto const answer = client.ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(has(answer, "Content-Length: 12\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with("drop by drop")) << answer;
}
