#include "net/http.h"

#include "base/retry.h"
#include "net/http_server.h"
#include "raw_server.h"
#include "support.h"

#include <atomic>
#include <latch>
#include <semaphore>
#include <zlib.h>

using base::ErrorCode;
using net::ServerRequest;
using net::ServerResponse;
using net::Trust;
using namespace std::chrono_literals;

namespace {

base::SystemClock const the_clock;

base::Random& chance()
{
    static base::Random random(1);
    return random;
}

net::ClientOptions quick()
{
    net::ClientOptions options;
    options.backoff_first = 1ms;
    return options;
}

struct Http : testing::Test {
    net::HttpClient client{quick(), the_clock, chance()};
    std::atomic<int> asked{0};
    net::Request ask(std::string const& url) const { return {.url = url, .trust = Trust::Operator}; }
    base::Error error_of(net::Request const& request)
    {
        return test::error_of([&] { client.send(request); });
    }
};

std::string gzip(std::string const& text)
{
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

} // namespace

TEST_F(Http, sends_what_was_asked_and_reads_the_answer)
{
    net::HttpServer server({}, [](ServerRequest const& request, std::stop_token const&) -> ServerResponse {
        return {201,
                {{"X-Seen", std::string(request.header("x-thing"))}},
                request.method + " " + request.path + "?" + std::string(request.parameter("q")) + " " + request.body};
    });
    auto request = ask(server.url() + "/a%20b?q=c%26d");
    request.method = "POST";
    request.headers = {{"X-Thing", "blue"}};
    request.body = "hello";
    auto const response = client.send(request);
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.body, "POST /a b?c&d hello");
    EXPECT_EQ(response.header("X-SEEN"), "blue");
    EXPECT_EQ(response.http_version, "1.1");
    request.method = "HEAD";
    EXPECT_EQ(client.send(request).body, "");
}

TEST_F(Http, a_header_cannot_smuggle_another_one_in)
{
    auto request = ask("http://127.0.0.1:1/");
    request.headers = {{"X-Thing", "a\r\nHost: b"}};
    EXPECT_EQ(error_of(request).code, ErrorCode::InvalidInput);
    request.headers = {{"X Thing", "a"}};
    EXPECT_EQ(error_of(request).code, ErrorCode::InvalidInput);
    request.headers = {};
    request.method = "GET /x HTTP/1.1\r\n";
    EXPECT_EQ(error_of(request).code, ErrorCode::InvalidInput);
}

TEST_F(Http, tries_again_where_a_server_is_busy_and_waits_as_it_asks)
{
    net::HttpServer server({}, [&](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        if (++asked < 3) return {asked == 1 ? 429 : 503, {{"Retry-After", "0"}}, ""};
        return {200, {}, "now"};
    });
    auto const response = client.send(ask(server.url()));
    EXPECT_EQ(response.body, "now");
    EXPECT_EQ(response.attempts, 3);
}

TEST_F(Http, hands_back_a_busy_answer_that_asks_for_too_long_a_wait)
{
    net::HttpServer server({}, [&](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        ++asked;
        return {429, {{"Retry-After", "3600"}}, ""};
    });
    auto const response = client.send(ask(server.url()));
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(response.retry_after(the_clock.now()), 3'600'000ms);
    EXPECT_EQ(asked, 1);
}

TEST_F(Http, sends_a_post_once_whatever_happens)
{
    net::HttpServer server({}, [&](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        ++asked;
        return {503, {{"Retry-After", "0"}}, ""};
    });
    auto request = ask(server.url());
    request.method = "POST";
    EXPECT_EQ(client.send(request).status, 503);
    EXPECT_EQ(asked, 1);
}

TEST(RetryAfter, is_read_as_seconds_or_as_a_date)
{
    auto const now = *base::parse_time("2026-03-02T14:00:00Z");
    auto const read = [&](char const* text) {
        net::Response response;
        response.headers = {{"retry-after", text}};
        return response.retry_after(now);
    };
    EXPECT_EQ(read("120"), 120'000ms);
    EXPECT_EQ(read("Mon, 02 Mar 2026 14:00:09 GMT"), 9'000ms);
    EXPECT_EQ(read("Mon, 02 Mar 2026 13:00:00 GMT"), 0ms);
    EXPECT_EQ(read("soon"), std::nullopt);
    EXPECT_EQ(read("-5"), 0ms);
}

TEST_F(Http, refuses_an_answer_larger_than_the_limit_also_after_decompression)
{
    auto const bomb = gzip(std::string(4 << 20, 'a'));
    ASSERT_LT(bomb.size(), 16'384U);
    net::HttpServer server({}, [&](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        return {200, {{"Content-Encoding", "gzip"}}, bomb};
    });
    auto request = ask(server.url());
    request.body_bytes_max = 1 << 20;
    auto const error = error_of(request);
    EXPECT_EQ(error.code, ErrorCode::Upstream);
    EXPECT_NE(std::string(error.what()).find("larger than the limit of 1048576 bytes"), std::string::npos);
    request.body_bytes_max = 5 << 20;
    EXPECT_EQ(client.send(request).body.size(), 4U << 20U);
}

TEST_F(Http, refuses_headers_without_end)
{
    test::RawServer server(
        [](std::string const&) { return "HTTP/1.1 200 OK\r\nX-Long: " + std::string(90'000, 'x') + "\r\n\r\n"; });
    EXPECT_NE(std::string(error_of(ask(server.url())).what()).find("headers are larger"), std::string::npos);
}

TEST_F(Http, an_answer_that_breaks_off_is_an_error)
{
    net::HttpServer server({}, [&](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        ++asked;
        ServerResponse response{200, {}, "0123456789"};
        response.cut_after = 4;
        return response;
    });
    auto const error = error_of(ask(server.url()));
    EXPECT_EQ(error.code, ErrorCode::Upstream);
    EXPECT_EQ(asked, 3);
}

TEST_F(Http, gives_up_in_time_on_a_server_that_says_nothing)
{
    net::HttpServer server({.stop_grace = 0ms},
                           [&](ServerRequest const&, std::stop_token const& stop) -> ServerResponse {
                               base::sleep_for(stop, 60s);
                               return {};
                           });
    auto request = ask(server.url());
    request.total_timeout = 200ms;
    EXPECT_EQ(error_of(request).code, ErrorCode::Timeout);
}

TEST_F(Http, stops_when_told_to)
{
    std::binary_semaphore arrived{0};
    net::HttpServer server({.stop_grace = 0ms},
                           [&](ServerRequest const&, std::stop_token const& stop) -> ServerResponse {
                               arrived.release();
                               base::sleep_for(stop, 60s);
                               return {};
                           });
    std::stop_source source;
    std::jthread const stopper([&] {
        arrived.acquire();
        source.request_stop();
    });
    auto const error = test::error_of([&] { client.send(ask(server.url()), source.get_token()); });
    EXPECT_EQ(error.code, ErrorCode::Cancelled);
}

TEST_F(Http, a_port_where_nobody_listens_is_an_upstream_error)
{
    std::uint16_t port = 0;
    {
        net::HttpServer const gone({},
                                   [](ServerRequest const&, std::stop_token const&) -> ServerResponse { return {}; });
        port = gone.port();
    }
    EXPECT_EQ(error_of(ask("http://127.0.0.1:" + std::to_string(port))).code, ErrorCode::Upstream);
}

TEST_F(Http, redirects_have_a_limit_and_change_the_method_as_the_standard_says)
{
    net::HttpServer server({}, [&](ServerRequest const& request, std::stop_token const&) -> ServerResponse {
        if (request.path == "/loop") return {302, {{"Location", "/loop"}}, ""};
        if (request.path == "/see-other") return {303, {{"Location", "/end"}}, ""};
        if (request.path == "/keep") return {307, {{"Location", "/end"}}, ""};
        return {200, {}, request.method + request.body};
    });
    EXPECT_NE(std::string(error_of(ask(server.url() + "/loop")).what()).find("more than 5 redirects"),
              std::string::npos);
    auto request = ask(server.url() + "/see-other");
    request.method = "POST";
    request.body = "x";
    EXPECT_EQ(client.send(request).body, "GET");
    request.url = server.url() + "/keep";
    EXPECT_EQ(client.send(request).body, "POSTx");
}

TEST_F(Http, asks_many_at_once_and_each_may_fail_alone)
{
    constexpr int count = 8;
    std::latch together(count); // opens only when all are in flight
    net::HttpServer server({.handler_threads = count},
                           [&](ServerRequest const& request, std::stop_token const&) -> ServerResponse {
                               together.arrive_and_wait();
                               return {200, {}, request.path};
                           });
    net::ClientOptions options = quick();
    options.connections_per_host_max = count;
    net::HttpClient many(options, the_clock, chance());
    std::vector<net::Request> requests;
    for (int i = 0; i < count; ++i) requests.push_back(ask(server.url() + "/" + std::to_string(i)));
    requests.push_back({.url = "http://127.0.0.1/"});
    auto const outcomes = many.send_all(requests);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(outcomes[i].response.value().body, "/" + std::to_string(i));
    EXPECT_EQ(outcomes[count].error.value().code, ErrorCode::Forbidden);
}

TEST_F(Http, keeps_to_the_number_of_connections_per_host)
{
    std::atomic<int> now{0};
    std::atomic<int> most{0};
    net::HttpServer server({.handler_threads = 8}, [&](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        auto const mine = ++now;
        for (auto seen = most.load(); seen < mine && !most.compare_exchange_weak(seen, mine);) continue;
        --now;
        return {};
    });
    net::ClientOptions options = quick();
    options.connections_per_host_max = 2;
    net::HttpClient polite(options, the_clock, chance());
    std::vector<net::Request> const requests(40, ask(server.url()));
    for (auto const& outcome : polite.send_all(requests)) EXPECT_TRUE(outcome.response.has_value());
    EXPECT_LE(most, 2);
}

TEST_F(Http, a_stream_slower_than_the_network_loses_nothing)
{
    std::string big;
    for (int i = 0; big.size() < 6U << 20U; ++i) big += std::to_string(i) + ",";
    net::HttpServer server({}, [&](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        return {200, {}, big};
    });
    std::string got;
    int starts = 0;
    auto const response = client.stream(
        ask(server.url()), [&](net::Response const& head) { starts += head.status == 200; },
        [&](std::string_view bytes) { got += bytes; });
    EXPECT_EQ(starts, 1);
    EXPECT_TRUE(got == big);
    EXPECT_EQ(response.status, 200);
    auto const stopped = [&] {
        client.stream(ask(server.url()), {}, [](std::string_view) { base::fail(ErrorCode::Storage, "full"); });
    };
    EXPECT_EQ(test::error_of(stopped).code, ErrorCode::Storage);
    EXPECT_EQ(client.send(ask(server.url())).body.size(), big.size());
}

TEST(Resolver, a_host_that_does_not_exist_has_no_address)
{
    try {
        EXPECT_TRUE(net::system_resolver("nowhere.invalid", 5s, {}).empty());
    } catch (base::Error const& error) {
        EXPECT_EQ(error.code, ErrorCode::Upstream); // a machine without a network: the name server does not answer
    }
    EXPECT_FALSE(net::system_resolver("localhost", 5s, {}).empty());
}

TEST(Url, has_one_spelling_per_page)
{
    EXPECT_EQ(net::canonical_url("http://www.Example.com/watch/?utm_source=x&b=2&a=1#t"),
              "https://example.com/watch?a=1&b=2");
    EXPECT_EQ(net::canonical_url("https://example.com"), "https://example.com/");
    EXPECT_EQ(net::canonical_url("no url"), "no url");
    EXPECT_EQ(net::percent_decode(net::percent_encode("a b/ü&?%")), "a b/ü&?%");
    EXPECT_EQ(net::percent_encode("a b/c", "/"), "a%20b/c");
    EXPECT_EQ(net::percent_decode("100%"), "100%");
}
