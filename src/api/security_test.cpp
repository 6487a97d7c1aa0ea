#include "api/security.h"

#include "api_case.h"

using api::SecurityOptions;

static net::ServerRequest request_with(net::Headers headers, std::string method = "POST", bool secure = false)
{
    net::ServerRequest request;
    request.method = std::move(method);
    request.path = "/api/v1/auth/refresh";
    request.headers = std::move(headers);
    request.secure = secure;
    return request;
}

static std::string header_of(std::string const& content_type, std::string const& name, bool secure = false,
                             SecurityOptions const& options = {})
{
    net::ServerResponse response{.content_type = content_type};
    api::add_security_headers(request_with({}, "GET", secure), response, options);
    return std::string(net::find_header(response.headers, name));
}

TEST(SecurityHeaders, a_page_may_load_its_own_files_and_nothing_inline)
{
    auto const policy = header_of("text/html; charset=utf-8", "Content-Security-Policy");
    for (auto const* part : {"default-src 'self'", "script-src 'self';", "style-src 'self';", "object-src 'none'",
                             "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"})
        EXPECT_NE(policy.find(part), std::string::npos) << part;
    for (auto const* part : {"unsafe-inline", "unsafe-eval", "*", "http:", "https:"})
        EXPECT_EQ(policy.find(part), std::string::npos) << part;
}

TEST(SecurityHeaders, map_tiles_come_from_where_the_setting_says)
{
    auto const policy = header_of("text/html", "Content-Security-Policy", false,
                                  {.tile_origins = {"https://tiles.example.org", "https://other.example:8443"}});
    EXPECT_NE(policy.find("img-src 'self' data: blob: https://tiles.example.org https://other.example:8443;"),
              std::string::npos);
    EXPECT_NE(policy.find("connect-src 'self' https://tiles.example.org https://other.example:8443;"),
              std::string::npos);
    EXPECT_EQ(policy.find("script-src 'self' https"), std::string::npos);
}

TEST(SecurityHeaders, what_is_no_page_can_never_become_one)
{
    for (auto const* type : {"application/json", "application/problem+json", "video/mp4", "image/svg+xml", ""})
        EXPECT_EQ(header_of(type, "Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'; sandbox");
    EXPECT_EQ(header_of("video/mp4", "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header_of("video/mp4", "X-Frame-Options"), "DENY");
    EXPECT_EQ(header_of("video/mp4", "Referrer-Policy"), "no-referrer");
    EXPECT_NE(header_of("video/mp4", "Permissions-Policy").find("camera=()"), std::string::npos);
    EXPECT_EQ(header_of("text/html", "Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(header_of("text/html", "Cross-Origin-Resource-Policy"), "same-origin");
}

TEST(SecurityHeaders, strict_transport_is_asked_for_over_tls_alone)
{
    EXPECT_EQ(header_of("text/html", "Strict-Transport-Security"), "");
    EXPECT_EQ(header_of("text/html", "Strict-Transport-Security", true), "max-age=31536000; includeSubDomains");
}

TEST(Cors, is_off_until_an_origin_is_named_and_never_lets_cookies_through)
{
    auto const answer = [](std::string const& origin, SecurityOptions const& options) {
        net::ServerResponse response;
        api::add_security_headers(request_with({{"Origin", origin}}, "GET"), response, options);
        return response.headers;
    };
    EXPECT_EQ(net::find_header(answer("https://friend.example", {}), "Access-Control-Allow-Origin"), "");
    SecurityOptions const options{.cors_origins = {"https://friend.example"}};
    EXPECT_EQ(net::find_header(answer("https://friend.example", options), "Access-Control-Allow-Origin"),
              "https://friend.example");
    EXPECT_EQ(net::find_header(answer("https://friend.example", options), "Access-Control-Allow-Credentials"), "");
    for (auto const* origin : {"https://evil.example", "http://friend.example", "https://friend.example.evil.example",
                               "https://friend.example:444", "null", "https://xfriend.example", ""}) {
        EXPECT_EQ(net::find_header(answer(origin, options), "Access-Control-Allow-Origin"), "") << origin;
        EXPECT_EQ(net::find_header(answer(origin, options), "Vary"), "Origin");
    }
    auto const asked = [&](std::string const& origin) {
        return api::preflight(request_with({{"Origin", origin}, {"Access-Control-Request-Method", "PUT"}}, "OPTIONS"),
                              options)
            .value();
    };
    EXPECT_EQ(asked("https://friend.example").status, 204);
    EXPECT_NE(net::find_header(asked("https://friend.example").headers, "Access-Control-Allow-Methods"), "");
    EXPECT_EQ(net::find_header(asked("https://evil.example").headers, "Access-Control-Allow-Methods"), "");
    EXPECT_FALSE(api::preflight(request_with({}, "OPTIONS"), options));
}

TEST(Cors, only_origins_may_be_named)
{
    for (auto const* fine : {"https://a.example", "http://localhost:3000", "https://a-b.example:8443"})
        EXPECT_TRUE(api::is_origin(fine)) << fine;
    for (auto const* bad : {"", "*", "https://", "https://*.example", "a.example", "https://a.example/", "ftp://a.b",
                            "https://a.example/x", "https://a.example:port", "https://a b", "https://a.example;x",
                            "https://A.example", "https://u@a.example", "javascript:alert(1)", "https://a.example:"})
        EXPECT_FALSE(api::is_origin(bad)) << bad;
    static auto const settings = api::security_settings();
    base::Config const config(settings, {{{"server.tile_origins", "https://a.example, 'unsafe-inline'"}}, {}, {}});
    EXPECT_EQ(test::error_of([&] { api::security_options_from(config); }).code, base::ErrorCode::InvalidInput);
}

TEST(CrossSite, a_change_comes_from_our_own_pages_or_from_no_page)
{
    SecurityOptions const options{.cors_origins = {"https://friend.example"},
                                  .public_origins = {"https://clips.example.org"}};
    auto const refused = [&](net::Headers headers, std::string method = "POST", bool secure = false) {
        headers.emplace_back("Host", "127.0.0.1:8080");
        return api::cross_site_refusal(request_with(std::move(headers), std::move(method), secure), options)
            .has_value();
    };
    EXPECT_FALSE(refused({}));
    EXPECT_FALSE(refused({{"Origin", "http://127.0.0.1:8080"}}));
    EXPECT_FALSE(refused({{"Origin", "https://127.0.0.1:8080"}}, "POST", true));
    EXPECT_TRUE(refused({{"Origin", "http://127.0.0.1:8080"}}, "POST", true));
    EXPECT_FALSE(refused({{"Origin", "https://clips.example.org"}, {"Cookie", "a=b"}})); // behind a proxy
    EXPECT_FALSE(refused({{"Origin", "https://friend.example"}}));
    EXPECT_TRUE(refused({{"Origin", "https://friend.example"}, {"Cookie", "a=b"}}));
    EXPECT_TRUE(refused({{"Origin", "https://evil.example"}}));
    EXPECT_TRUE(refused({{"Origin", "null"}}));
    EXPECT_TRUE(refused({{"Sec-Fetch-Site", "cross-site"}}));
    EXPECT_FALSE(refused({{"Sec-Fetch-Site", "none"}}));
    for (auto const* method : {"PUT", "PATCH", "DELETE"})
        EXPECT_TRUE(refused({{"Origin", "https://evil.example"}}, method));
    for (auto const* method : {"GET", "HEAD", "OPTIONS"})
        EXPECT_FALSE(refused({{"Origin", "https://evil.example"}}, method));
}

TEST(RefreshCookie, is_for_us_alone)
{
    auto const plain = api::refresh_cookie(request_with({}), "abc", base::Milliseconds(60'000));
    EXPECT_EQ(plain, "ettametta_refresh=abc; Path=/api/v1/auth; Max-Age=60; HttpOnly; SameSite=Strict");
    auto const secure = api::refresh_cookie(request_with({}, "POST", true), "abc", base::Milliseconds(60'000));
    EXPECT_EQ(secure,
              "__Secure-ettametta_refresh=abc; Path=/api/v1/auth; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
    EXPECT_EQ(api::refresh_token_of(request_with({{"Cookie", "a=b; ettametta_refresh=abc;c=d"}})), "abc");
    // One that came without TLS is not taken with it.
    EXPECT_EQ(api::refresh_token_of(request_with({{"Cookie", "ettametta_refresh=abc"}}, "POST", true)), "");
    EXPECT_EQ(
        api::refresh_token_of(request_with({{"Cookie", "ettametta_refresh=a"}, {"Cookie", "ettametta_refresh=b"}})),
        "");
    EXPECT_EQ(api::refresh_token_of(request_with({{"Cookie", "xettametta_refresh=a; ettametta_refresh"}})), "");
}

class SecurityOfAnswers : public test::ApiCase {};

TEST_F(SecurityOfAnswers, every_answer_has_the_headers_mistakes_too)
{
    for (auto const* path : {"/healthz", "/api/docs", "/api/v1/openapi.json", "/nowhere", "/api/v1/jobs"}) {
        auto const response = call(path);
        for (auto const* name : {"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options",
                                 "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy"})
            EXPECT_NE(net::find_header(response.headers, name), "") << path << " " << name;
        std::set<std::string> names;
        for (auto const& [name, value] : response.headers)
            EXPECT_TRUE(names.insert(base::lower_ascii(name)).second) << path << " has " << name << " twice";
    }
}

TEST_F(SecurityOfAnswers, pages_hold_nothing_that_their_policy_forbids)
{
    for (auto const& route : api::all_routes()) {
        if (route.returns != "text/html" && !route.returns.starts_with("text/html")) continue;
        auto const body = call(std::string(route.path)).body;
        for (auto const* part : {"<script>", " style=\"", "<style", "onclick=", "onload=", "javascript:"})
            EXPECT_EQ(body.find(part), std::string::npos) << route.path << " holds " << part;
    }
}
