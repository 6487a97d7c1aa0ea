// What two readers could take for two different requests is refused by this one, over a plain socket.
#include "net/http_server.h"
#include "raw_server.h"
#include "support.h"

using net::ServerRequest;
using net::ServerResponse;

namespace {

ServerResponse echo(ServerRequest const& request, std::stop_token const&)
{
    return {200, {}, "<" + request.method + " " + request.path + " " + request.body + ">"};
}

std::size_t count(std::string const& text, std::string_view part)
{
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

/// What stands behind a refused request must never be answered: it may be another's request to another reader.
constexpr std::string_view smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

} // namespace

class Smuggling : public testing::Test {
protected:
    net::HttpServer const server{{}, echo};
    std::string ask(std::string const& text) const { return test::RawClient(server.port()).ask(text); }
    /// The status of the first answer; the rest of the connection must stay unanswered.
    std::string refused(std::string const& text) const
    {
        auto const answer = ask(text + std::string(smuggled));
        EXPECT_EQ(count(answer, "HTTP/1.1 "), 1U) << answer;
        EXPECT_EQ(count(answer, "/smuggled"), 0U) << answer;
        EXPECT_EQ(count(answer, "Connection: close\r\n"), 1U) << answer;
        return answer.substr(9, 3);
    }
    std::string header(std::string const& line) const
    {
        return refused("POST / HTTP/1.1\r\nHost: x\r\n" + line + "\r\n\r\n");
    }
    std::string chunks(std::string const& body) const
    {
        return refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
    }
};

TEST_F(Smuggling, one_length_and_one_only)
{
    EXPECT_EQ(header("Content-Length: 4\r\nTransfer-Encoding: chunked"), "400");
    EXPECT_EQ(header("Transfer-Encoding: chunked\r\nContent-Length: 4"), "400");
    EXPECT_EQ(header("Content-Length: 4\r\nContent-Length: 4"), "400");
    EXPECT_EQ(header("Content-Length: 4\r\ncontent-length: 40"), "400");
    for (auto const* length : {"", "4, 4", "+4", "-4", "0x4", "4 4", "4\t4", "\v4", "4.0", "1e1",
                               "18446744073709551616", "99999999999999999999999", "\xd9\xa4"})
        EXPECT_EQ(header(std::string("Content-Length: ") + length), "400") << length;
}

TEST_F(Smuggling, one_transfer_coding_in_one_spelling)
{
    EXPECT_EQ(header("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), "400");
    EXPECT_EQ(header("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"), "501");
    for (auto const* coding : {"gzip", "gzip, chunked", "chunked, identity", "chunked,", ",chunked", "xchunked",
                               "chunke", "\"chunked\"", "identity", "chunked;q=1", ""})
        EXPECT_EQ(header(std::string("Transfer-Encoding: ") + coding), "501") << coding;
    EXPECT_EQ(header("Transfer-Encoding: \vchunked"), "400");
    EXPECT_EQ(header("Transfer-Encoding : chunked"), "400");
    EXPECT_EQ(header("Transfer-Encoding\t: chunked"), "400");
    EXPECT_EQ(header(" Transfer-Encoding: chunked"), "400");
    EXPECT_EQ(header("X: y\r\n Transfer-Encoding: chunked"), "400");
    EXPECT_EQ(refused("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "400");
}

TEST_F(Smuggling, chunks_are_size_data_and_two_line_ends)
{
    for (auto const* body : {"5\nhello\r\n0\r\n\r\n",
                             "5\r\nhello0\r\n\r\n",
                             "5\r\nhello\n0\r\n\r\n",
                             "5;a=b\r\nhello\r\n0\r\n\r\n",
                             "5 \r\nhello\r\n0\r\n\r\n",
                             " 5\r\nhello\r\n0\r\n\r\n",
                             "0x5\r\nhello\r\n0\r\n\r\n",
                             "+5\r\nhello\r\n0\r\n\r\n",
                             "-5\r\nhello\r\n0\r\n\r\n",
                             "\r\nhello\r\n0\r\n\r\n",
                             "g\r\n",
                             "5\r\nhello\r\n\r\n",
                             "5\r\r\nhello\r\n0\r\n\r\n",
                             "0\r\nTrailer: x\r\n\r\n",
                             "0\r\nContent-Length: 3\r\n\r\n",
                             "0\n\n",
                             "0\r\n\n",
                             "ffffffffffffffff1\r\nx",
                             "000000000000005\r\nhello\r\n0\r\n\r\n",
                             "0;ext\r\n\r\n",
                             "5\r\nhello\r\n0 \r\n\r\n"})
        EXPECT_EQ(chunks(body), "400") << body;
    auto const answer = ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\nA\r\n, "
                            "chunked!\r\n0\r\n\r\n" +
                            std::string(smuggled)); // behind a whole body stands the next request
    EXPECT_EQ(count(answer, "<POST / hello, chunked!>"), 1U) << answer;
    EXPECT_EQ(count(answer, "<GET /smuggled >"), 1U) << answer;
}

TEST_F(Smuggling, lines_end_with_both_bytes_and_are_never_folded)
{
    EXPECT_EQ(refused("GET / HTTP/1.1\nHost: x\n\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\r\nX: a\nY: b\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\r\n\n"), "400");
    EXPECT_EQ(header("X: a\rY: b"), "400");
    EXPECT_EQ(header("X: a\r\n b"), "400");
    EXPECT_EQ(header("X: a\r\n\tb"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(refused("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(refused("\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(header(std::string("X: a\0b", 6)), "400");
    EXPECT_EQ(header(std::string("X\0: a", 5)), "400");
    EXPECT_EQ(header("X: \x7f"), "400");
    EXPECT_EQ(header(": a"), "400");
    EXPECT_EQ(header("X"), "400");
    EXPECT_EQ(header("X y: a"), "400");
    EXPECT_EQ(header("X(y): a"), "400");
    EXPECT_EQ(header("X\xc3\xa9: a"), "400");
}

TEST_F(Smuggling, one_host_that_the_target_agrees_with)
{
    EXPECT_EQ(refused("GET / HTTP/1.1\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n"), "400");
    for (auto const* host : {"x/y", "x y", "user@x", "x?y", "x#y", "x,y", "x%2f", "x\\y"})
        EXPECT_EQ(refused(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n"), "400") << host;
    EXPECT_EQ(refused("GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET http://x@y/ HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(count(ask("GET http://X/a HTTP/1.1\r\nHost: x\r\n\r\n"), "<GET /a >"), 1U);
}

TEST_F(Smuggling, a_request_line_has_three_parts)
{
    for (auto const* line : {"GET /",
                             "GET  / HTTP/1.1",
                             "GET / HTTP/1.1 ",
                             " GET / HTTP/1.1",
                             "GET\t/\tHTTP/1.1",
                             "GET /a b HTTP/1.1",
                             "GET / HTTP/1.1x",
                             "GET / http/1.1",
                             "G(T / HTTP/1.1",
                             "GET /\x01 HTTP/1.1",
                             "GET /\xc3\xa9 HTTP/1.1",
                             "GET /#a HTTP/1.1",
                             "GET * HTTP/1.1",
                             "GET a HTTP/1.1",
                             "GET /%ff HTTP/1.1",
                             "GET /%2e%2e/a HTTP/1.1",
                             "GET /a/.. HTTP/1.1",
                             "GET /a/./b HTTP/1.1",
                             "GET /%00 HTTP/1.1",
                             "PRI * HTTP/2.0x"})
        EXPECT_EQ(refused(std::string(line) + "\r\nHost: x\r\n\r\n"), "400") << line;
    EXPECT_EQ(refused("GET / HTTP/1.2\r\nHost: x\r\n\r\n"), "505");
    EXPECT_EQ(refused("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), "505");
    EXPECT_EQ(refused(std::string(21, 'M') + " / HTTP/1.1\r\nHost: x\r\n\r\n"), "501");
    EXPECT_EQ(header("Expect: 200-ok"), "417");
}

TEST_F(Smuggling, everything_has_a_limit)
{
    EXPECT_EQ(refused("GET /" + std::string(8 << 10, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), "414");
    EXPECT_EQ(refused("GET /" + std::string(100 << 10, 'a')), "414");
    EXPECT_EQ(header("X: " + std::string(17 << 10, 'a')), "431");
    EXPECT_EQ(header(std::string(17 << 10, 'X') + ": a"), "431");
    std::string fields = "X: a";
    for (int i = 0; i < 100; ++i) fields += "\r\nX: a";
    EXPECT_EQ(header(fields), "431");
    EXPECT_EQ(header("Content-Length: 1048577"), "413");
    EXPECT_EQ(header("Content-Length: 999999999999999999"), "413");
    std::string many;
    for (int i = 0; i < 33; ++i) many += "8000\r\n" + std::string(0x8000, 'b') + "\r\n";
    EXPECT_EQ(chunks(many + "0\r\n\r\n"), "413");
}

TEST_F(Smuggling, ends_what_it_answers_only_after_the_whole_body)
{
    auto const answer = ask("GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(smuggled.size()) +
                            "\r\n\r\n" + std::string(smuggled) + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(count(answer, "HTTP/1.1 200"), 2U) << answer; // the smuggled one is the body of the first
    EXPECT_EQ(count(answer, "<GET /b >"), 1U);
}

TEST_F(Smuggling, a_header_that_a_handler_breaks_is_not_sent)
{
    net::HttpServer const loose({}, [](ServerRequest const& request, std::stop_token const&) -> ServerResponse {
        return {200, {{"X-Name", std::string(request.parameter("name"))}}, "body"};
    });
    auto const answer = test::RawClient(loose.port())
                            .ask("GET /?name=a%0d%0aSet-Cookie:%20b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.substr(9, 3), "500");
    EXPECT_EQ(count(answer, "Set-Cookie"), 0U) << answer;
}
