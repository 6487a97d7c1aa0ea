#include "net/forward_proxy.h"

#include "raw_server.h"
#include "support.h"

#include <barrier>
#include <future>
#include <sodium.h>

namespace {

/// What a program on this machine says to the proxy, and what it hears back.
std::string talk(std::uint16_t port, std::string const& text)
{
    base::Fd const socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&place), sizeof place) != 0) return "no connection";
    static_cast<void>(!::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL));
    std::string heard;
    char buffer[4096];
    for (;;) {
        auto const got = ::recv(socket.get(), buffer, sizeof buffer, 0);
        if (got <= 0) return heard;
        heard.append(buffer, static_cast<std::size_t>(got));
    }
}

std::string password(net::ForwardProxy const& proxy)
{
    auto const url = proxy.url();
    auto const begin = url.find("proxy:");
    return url.substr(begin, url.find('@') - begin);
}

std::string with_password(net::ForwardProxy const& proxy)
{
    auto const text = password(proxy);
    std::string out(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<unsigned char const*>(text.data()), text.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    out.pop_back();
    return "Proxy-Authorization: Basic " + out + "\r\n";
}

net::ForwardProxyOptions exempting(std::string const& origin)
{
    net::ForwardProxyOptions options;
    options.guard.guard_exempt_origins = {origin};
    return options;
}

} // namespace

TEST(ForwardProxy, passes_a_request_on_without_what_was_meant_for_the_proxy)
{
    std::string seen;
    test::RawServer const server([&](std::string const& request) {
        seen = request;
        return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    });
    net::ForwardProxy const proxy(exempting(server.url()));
    auto const heard =
        talk(proxy.port(), "GET " + server.url() + "/a?b=c HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n" +
                               with_password(proxy) + "Proxy-Connection: keep-alive\r\n\r\n");
    EXPECT_TRUE(heard.ends_with("hello")) << heard;
    EXPECT_TRUE(seen.starts_with("GET /a?b=c HTTP/1.1\r\n")) << seen;
    EXPECT_EQ(seen.find("Proxy"), std::string::npos);
    EXPECT_EQ(seen.find("keep-alive"), std::string::npos);
    EXPECT_EQ(proxy.bytes(), 43U);
    EXPECT_TRUE(proxy.refusals().empty());
}

TEST(ForwardProxy, refuses_whoever_does_not_know_its_password)
{
    auto asked = 0;
    test::RawServer const server([&](std::string const&) {
        ++asked;
        return std::string();
    });
    net::ForwardProxy const proxy(exempting(server.url()));
    auto const get = "GET " + server.url() + "/ HTTP/1.1\r\nHost: x\r\n";
    EXPECT_TRUE(talk(proxy.port(), get + "\r\n").starts_with("HTTP/1.1 407"));
    EXPECT_TRUE(
        talk(proxy.port(), get + "Proxy-Authorization: Basic cHJveHk6cHJveHk=\r\n\r\n").starts_with("HTTP/1.1 407"));
    EXPECT_EQ(asked, 0);
}

TEST(ForwardProxy, never_leads_to_this_machine_or_network)
{
    net::ForwardProxyOptions options;
    options.guard.resolver = [](std::string const& host, base::Milliseconds, std::stop_token const&) {
        return std::vector{*net::parse_address(host == "rebound.example.com" ? "10.0.0.1" : "93.184.216.34")};
    };
    net::ForwardProxy const proxy(options);
    auto const auth = with_password(proxy);
    for (auto const* host : {"127.0.0.1:80", "169.254.169.254:80", "[::1]:443", "localhost:443",
                             "rebound.example.com:443", "metadata:80", "example.com:22", "0x7f.1:443"}) {
        auto const heard = talk(proxy.port(), fmt::format("CONNECT {} HTTP/1.1\r\n{}\r\n", host, auth));
        EXPECT_TRUE(heard.starts_with("HTTP/1.1 403") || heard.starts_with("HTTP/1.1 400")) << host << ": " << heard;
    }
    for (auto const* url : {"http://127.0.0.1/", "http://10.1.2.3/", "http://rebound.example.com/",
                            "file:///etc/passwd", "ftp://example.com/", "http://user:word@example.com/"}) {
        auto const heard = talk(proxy.port(), fmt::format("GET {} HTTP/1.1\r\n{}\r\n", url, auth));
        EXPECT_TRUE(heard.starts_with("HTTP/1.1 403") || heard.starts_with("HTTP/1.1 400")) << url << ": " << heard;
    }
    EXPECT_GE(proxy.refusals().size(), 8U);
}

TEST(ForwardProxy, answers_nonsense_with_400_and_too_much_with_431)
{
    net::ForwardProxy const proxy;
    for (auto const* text :
         {"hello\r\n\r\n", "GET\r\n\r\n", "GET / SPDY/3\r\n\r\n", "\r\n\r\n", "CONNECT  HTTP/1.1\r\n\r\n"})
        EXPECT_TRUE(talk(proxy.port(), text).starts_with("HTTP/1.1 4")) << text;
    EXPECT_TRUE(talk(proxy.port(), "GET http://example.com/ HTTP/1.1\r\nX: " + std::string(40'000, 'x'))
                    .starts_with("HTTP/1.1 431"));
}

TEST(ForwardProxy, ends_a_connection_that_brings_more_than_is_allowed)
{
    test::RawServer const server(
        [](std::string const&) { return "HTTP/1.1 200 OK\r\n\r\n" + std::string(1'000'000, 'x'); });
    auto options = exempting(server.url());
    options.bytes_max = 200'000;
    net::ForwardProxy const proxy(options);
    auto const heard =
        talk(proxy.port(), "GET " + server.url() + "/ HTTP/1.1\r\nHost: x\r\n" + with_password(proxy) + "\r\n");
    EXPECT_LT(heard.size(), 300'000U);
    EXPECT_TRUE(proxy.too_large());
}

TEST(ForwardProxy, stops_at_once_although_a_server_is_silent)
{
    std::barrier asked(2);
    std::promise<void> over;
    test::RawServer const server([&](std::string const&) {
        asked.arrive_and_wait();
        over.get_future().wait();
        return std::string();
    });
    auto proxy = std::make_unique<net::ForwardProxy>(exempting(server.url()));
    std::jthread const program([&, port = proxy->port(), auth = with_password(*proxy)] {
        talk(port, "GET " + server.url() + "/ HTTP/1.1\r\nHost: x\r\n" + auth + "\r\n");
    });
    asked.arrive_and_wait();
    proxy.reset(); // would hang for a minute if it waited for the server
    over.set_value();
}
