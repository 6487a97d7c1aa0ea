#include "base/json.h"
#include "net/guard.h"
#include "net/http_server.h"
#include "net/settings.h"
#include "raw_server.h"
#include "support.h"

#include <map>

using base::ErrorCode;
using namespace std::chrono_literals;

namespace {

/// One row of tests/golden/url_guard.json.
struct Vector {
    std::string group;
    std::string kind;
    std::string url;
    std::optional<std::vector<std::string>> resolves;
    bool refused = false;
    std::string why;
};
BOOST_DESCRIBE_STRUCT(Vector, (), (group, kind, url, resolves, refused, why))

std::vector<Vector> vectors(std::string_view kind)
{
    auto const path = test::source_folder() / "tests/golden/url_guard.json";
    auto all = base::read_json<std::vector<Vector>>(base::read_file(path, 1 << 20), path.string());
    std::erase_if(all, [&](auto const& one) { return one.kind != kind; });
    return all;
}

net::Resolver answering(std::vector<std::string> const& addresses)
{
    return [addresses](std::string const&, base::Milliseconds, std::stop_token const&) {
        std::vector<net::Address> out;
        for (auto const& text : addresses) out.push_back(net::parse_address(text).value());
        return out;
    };
}

base::Random& chance()
{
    static base::Random random(1);
    return random;
}

base::SystemClock const the_clock;

} // namespace

TEST(UrlGuard, holds_every_address_of_its_table)
{
    auto const rows = vectors("url");
    ASSERT_GE(rows.size(), 90U);
    for (auto const& row : rows) {
        SCOPED_TRACE(row.url);
        net::ClientOptions options;
        auto asked = false;
        options.resolver = [&](std::string const& host, base::Milliseconds timeout, std::stop_token const& stop) {
            asked = true;
            return answering(row.resolves.value_or(std::vector<std::string>{}))(host, timeout, stop);
        };
        auto const check = [&] { return net::guarded_route(net::parse_url(row.url), options, 1s, {}); };
        if (!row.refused) {
            EXPECT_NO_THROW(EXPECT_FALSE(check().addresses.empty()));
            continue;
        }
        auto const error = test::error_of(check);
        EXPECT_NE(std::string(error.what()).find(row.why), std::string::npos) << error.what();
        EXPECT_TRUE(!asked || row.group == "resolution") << "a name must be refused before it is looked up";
        EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << "a password in a message";
    }
}

TEST(UrlGuard, checks_every_hop_of_a_redirect)
{
    std::string location;
    std::atomic<int> reached{0};
    net::HttpServer server({}, [&](net::ServerRequest const& request, std::stop_token const&) -> net::ServerResponse {
        if (request.path != "/start" || !request.query.empty()) {
            ++reached;
            return {200, {}, "arrived"};
        }
        return {302, {{"Location", location}}, ""};
    });
    for (auto const& row : vectors("redirect")) {
        SCOPED_TRACE(row.url);
        location = row.url;
        net::ClientOptions options;
        options.guard_exempt_origins = {server.url()};
        options.resolver = answering(row.resolves.value_or(std::vector<std::string>{}));
        net::HttpClient client(options, the_clock, chance());
        auto const before = reached.load();
        if (!row.refused) {
            auto const response = client.send({.url = server.url() + "/start"});
            EXPECT_EQ(response.body, "arrived");
            EXPECT_EQ(response.redirects, 1);
            continue;
        }
        auto const error = test::error_of([&] { client.send({.url = server.url() + "/start"}); });
        EXPECT_EQ(error.code, ErrorCode::Forbidden) << error.what();
        EXPECT_NE(std::string(error.what()).find(row.why), std::string::npos) << error.what();
        EXPECT_EQ(reached.load(), before);
    }
}

TEST(UrlGuard, its_table_stands_in_the_security_page)
{
    auto const page = base::read_file(test::source_folder() / "docs/security.md", 1 << 20);
    for (auto const* kind : {"url", "redirect"})
        for (auto const& row : vectors(kind))
            if (row.url.size() < 60 && row.url.find_first_of("\\\r\n\t|") == std::string::npos && !row.url.empty()) {
                EXPECT_NE(page.find("`" + row.url + "`"), std::string::npos) << row.url;
            }
}

TEST(UrlGuard, a_guarded_request_never_takes_over_a_connection_of_the_operator)
{
    std::atomic<int> reached{0};
    net::HttpServer server({}, [&](net::ServerRequest const&, std::stop_token const&) -> net::ServerResponse {
        ++reached;
        return {200, {}, "secret"};
    });
    net::HttpClient client({}, the_clock, chance());
    EXPECT_EQ(client.send({.url = server.url() + "/", .trust = net::Trust::Operator}).connections_opened, 1);
    EXPECT_EQ(client.send({.url = server.url() + "/", .trust = net::Trust::Operator}).connections_opened, 0);
    EXPECT_EQ(test::error_of([&] { client.send({.url = server.url() + "/"}); }).code, ErrorCode::Forbidden);
    EXPECT_EQ(reached.load(), 2);
}

TEST(UrlGuard, a_name_that_turns_private_after_its_first_answer_is_refused)
{
    net::HttpServer inside({},
                           [](net::ServerRequest const&, std::stop_token const&) -> net::ServerResponse { return {}; });
    auto calls = 0;
    net::ClientOptions options;
    options.resolver = [&](std::string const&, base::Milliseconds, std::stop_token const&) {
        return std::vector{net::parse_address(++calls == 1 ? "93.184.216.34" : "127.0.0.1").value()};
    };
    auto const url = net::parse_url("http://rebind.example.com:" + std::to_string(inside.port()) + "/");
    auto const first = net::guarded_route(url, options, 1s, {});
    EXPECT_EQ(first.addresses.at(0).text(), "93.184.216.34"); // what the connection is pinned to
    EXPECT_EQ(test::error_of([&] { net::guarded_route(url, options, 1s, {}); }).code, ErrorCode::Forbidden);
    net::HttpClient client(options, the_clock, chance());
    EXPECT_EQ(test::error_of([&] { client.send({.url = url.text()}); }).code, ErrorCode::Forbidden);
    EXPECT_EQ(calls, 3);
}

TEST(UrlGuard, the_socket_itself_is_checked_where_an_exempt_name_leads_elsewhere)
{
    // The exempt origin resolves to a public address; pinned there, it can't reach this machine.
    net::HttpServer inside({},
                           [](net::ServerRequest const&, std::stop_token const&) -> net::ServerResponse { return {}; });
    auto const origin = "http://feeds.example.com:" + std::to_string(inside.port());
    net::ClientOptions options;
    options.guard_exempt_origins = {origin};
    options.resolver = answering({"127.0.0.1"});
    net::HttpClient client(options, the_clock, chance());
    EXPECT_EQ(client.send({.url = origin + "/"}).status, 200);
    EXPECT_EQ(test::error_of([&] {
                  client.send({.url = "http://other.example.com:" + std::to_string(inside.port()) + "/"});
              }).code,
              ErrorCode::Forbidden);
}

TEST(UrlGuard, behind_a_proxy_the_target_is_checked_here_and_asked_for_by_address)
{
    std::string asked;
    test::RawServer proxy([&](std::string const& request) {
        asked = request.substr(0, request.find(" HTTP/"));
        return "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    });
    net::ClientOptions options;
    options.proxy = proxy.url();
    options.resolver = answering({"93.184.216.34"});
    net::HttpClient client(options, the_clock, chance());
    EXPECT_EQ(test::error_of([&] { client.send({.url = "http://127.0.0.1:8080/"}); }).code, ErrorCode::Forbidden);
    EXPECT_EQ(test::error_of([&] { client.send({.url = "http://db.internal/"}); }).code, ErrorCode::Forbidden);
    EXPECT_EQ(asked, "");
    net::Request request{.url = "http://media.example.com/clip.mp4"};
    request.attempts_max = 1;
    EXPECT_THROW(client.send(request), base::Error);
    EXPECT_EQ(asked, "CONNECT 93.184.216.34:80");
}

TEST(UrlGuard, proxy_variables_of_the_environment_count_for_nothing)
{
    net::HttpServer server({}, [](net::ServerRequest const&, std::stop_token const&) -> net::ServerResponse {
        return {200, {}, "direct"};
    });
    ::setenv("http_proxy", "http://127.0.0.1:9", 1);
    ::setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
    net::HttpClient client({}, the_clock, chance());
    auto const response = client.send({.url = server.url() + "/", .trust = net::Trust::Operator});
    ::unsetenv("http_proxy");
    ::unsetenv("ALL_PROXY");
    EXPECT_EQ(response.body, "direct");
}

TEST(UrlGuard, a_redirect_off_an_operators_endpoint_is_guarded_and_loses_the_keys)
{
    std::string key = "none";
    net::HttpServer other({}, [&](net::ServerRequest const& request, std::stop_token const&) -> net::ServerResponse {
        key = request.header("X-Api-Key");
        return {200, {}, "other"};
    });
    net::HttpServer endpoint({}, [&](net::ServerRequest const&, std::stop_token const&) -> net::ServerResponse {
        return {307, {{"Location", other.url() + "/"}}, ""};
    });
    net::Request const request{
        .url = endpoint.url() + "/", .trust = net::Trust::Operator, .headers = {{"X-Api-Key", "k"}}};
    net::HttpClient strict({}, the_clock, chance());
    EXPECT_EQ(test::error_of([&] { strict.send(request); }).code, ErrorCode::Forbidden);
    EXPECT_EQ(key, "none");
    net::ClientOptions options;
    options.guard_exempt_origins = {other.url()};
    net::HttpClient client(options, the_clock, chance());
    EXPECT_EQ(client.send(request).body, "other");
    EXPECT_EQ(key, "");
}

TEST(NetSettings, origins_of_ones_own_network_are_named_exactly)
{
    auto const declared = net::settings();
    auto const options = [&](std::string const& value) {
        base::Config const config(declared, {{{"net.allow_origins", value}}, {}, {}});
        return net::options_from(config);
    };
    EXPECT_EQ(options("http://127.0.0.1:8080, https://feeds.home.example").guard_exempt_origins,
              (std::vector<std::string>{"http://127.0.0.1:8080", "https://feeds.home.example"}));
    EXPECT_TRUE(options("").guard_exempt_origins.empty());
    for (auto const* wrong : {"http://127.0.0.1:8080/feed", "127.0.0.1", "file:///etc"})
        EXPECT_EQ(test::error_of([&] { options(wrong); }).code, base::ErrorCode::InvalidInput) << wrong;
}
