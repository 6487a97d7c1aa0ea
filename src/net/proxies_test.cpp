#include "net/server/proxies.h"

#include "support.h"

using net::ProxyHeader;
using net::ServerRequest;

namespace {

/// "ADDRESS" or "ADDRESS over TLS": what the server takes the client for.
std::string seen(net::server::Proxies const& proxies, std::string const& peer, net::Headers headers)
{
    ServerRequest request;
    request.remote = peer;
    request.headers = std::move(headers);
    proxies.apply(request);
    return request.remote + (request.secure ? " over TLS" : "");
}

} // namespace

TEST(Proxies, a_stranger_cannot_name_another_address)
{
    net::server::Proxies const nobody({}, ProxyHeader::XForwarded);
    net::server::Proxies const one({"10.0.0.1"}, ProxyHeader::XForwarded);
    net::Headers const lies{
        {"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Proto", "https"}, {"Forwarded", "for=192.0.2.1"}};
    EXPECT_EQ(seen(nobody, "127.0.0.1", lies), "127.0.0.1");
    EXPECT_EQ(seen(one, "10.0.0.2", lies), "10.0.0.2");
}

TEST(Proxies, the_first_from_the_right_that_is_no_proxy_is_the_client)
{
    net::server::Proxies const proxies({"10.0.0.0/8", "fd00::/8"}, ProxyHeader::XForwarded);
    auto const peer = "10.1.2.3";
    EXPECT_EQ(seen(proxies, peer, {{"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.1");
    EXPECT_EQ(seen(proxies, peer, {{"x-forwarded-for", "1.1.1.1, 192.0.2.1, 10.9.9.9"}}), "192.0.2.1");
    EXPECT_EQ(seen(proxies, peer, {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.1");
    EXPECT_EQ(seen(proxies, peer, {{"X-Forwarded-For", "2001:db8::1"}}), "2001:db8::1");
    EXPECT_EQ(seen(proxies, peer, {{"X-Forwarded-For", "[2001:db8::1]:443"}}), "2001:db8::1");
    EXPECT_EQ(seen(proxies, peer, {{"X-Forwarded-For", "192.0.2.1:5000"}}), "192.0.2.1");
    EXPECT_EQ(seen(proxies, peer, {{"X-Forwarded-For", "192.0.2.1, unknown"}}), peer);
    EXPECT_EQ(seen(proxies, peer, {{"X-Forwarded-For", "<script>"}}), peer);
    EXPECT_EQ(seen(proxies, peer, {{"X-Forwarded-For", "["}}), peer);
    EXPECT_EQ(seen(proxies, peer, {}), peer);
    EXPECT_EQ(seen(proxies, "fd00::1", {{"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.1");
}

TEST(Proxies, the_nearest_proxy_says_whether_it_was_asked_over_tls)
{
    net::server::Proxies const proxies({"10.0.0.1"}, ProxyHeader::XForwarded);
    net::Headers headers{{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Proto", "https"}};
    EXPECT_EQ(seen(proxies, "10.0.0.1", headers), "192.0.2.1 over TLS");
    headers[1].second = "https, http";
    EXPECT_EQ(seen(proxies, "10.0.0.1", headers), "192.0.2.1");
}

TEST(Proxies, only_the_header_that_was_chosen_counts)
{
    net::Headers const both{{"X-Forwarded-For", "192.0.2.1"}, {"Forwarded", "for=192.0.2.2;proto=https"}};
    net::server::Proxies const x({"10.0.0.1"}, ProxyHeader::XForwarded);
    net::server::Proxies const standard({"10.0.0.1"}, ProxyHeader::Forwarded);
    EXPECT_EQ(seen(x, "10.0.0.1", both), "192.0.2.1");
    EXPECT_EQ(seen(standard, "10.0.0.1", both), "192.0.2.2 over TLS");
    EXPECT_EQ(seen(standard, "10.0.0.1", {{"Forwarded", "For=1.1.1.1, for=\"[2001:db8::17]:4711\" ; Proto=HTTPS"}}),
              "2001:db8::17 over TLS");
    EXPECT_EQ(seen(standard, "10.0.0.1", {{"Forwarded", "for=_hidden, for=unknown"}}), "10.0.0.1");
}

TEST(Proxies, what_is_no_address_is_named)
{
    for (auto const* text : {"", "proxy", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/8x", "::/129", "10.0.0/8"}) {
        auto const error = test::error_of([&] { net::server::Proxies({text}, ProxyHeader::XForwarded); });
        EXPECT_EQ(error.code, base::ErrorCode::InvalidInput) << text;
    }
}
