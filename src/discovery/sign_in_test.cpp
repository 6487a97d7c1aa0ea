#include "discovery/scan.h"
#include "discovery/signer.h"
#include "source_case.h"

#include <latch>
#include <thread>

using discovery::SourceCode;
using discovery::SourceStatus;
using net::ServerRequest;
using net::ServerResponse;
using test::items;
using test::spec_text;
using namespace std::chrono_literals;

namespace {

constexpr auto app_auth =
    R"json("auth":{"kind":"oauth_app","settings":{"client_id":"oauth.x.client_id",
        "client_secret":"oauth.x.client_secret"},
    "token":{"request":{"method":"post","host":"login","path":"/token","headers":[{"name":"Authorization",
        "value":"Basic {basic}"}],
      "form":[{"name":"grant_type","value":"client_credentials"}]},"access":"$.access_token",
        "expires_in":"$.expires_in"}},
    "hosts":{"login":"https://login.x.example"})json";
constexpr auto bearer =
    R"json({"request":{"path":"/search","headers":[{"name":"Authorization","value":"Bearer {access_token}"}]}})json";

struct SignIn : test::SourceCase {
    int tokens = 0;
    std::string good = "t1";
    std::mutex mutex;

    SignIn()
    {
        credentials.keep("oauth.x.client_id", "me");
        credentials.keep("oauth.x.client_secret", "s3cret");
        platform.on("/search", [this](ServerRequest const& request) {
            std::scoped_lock const lock(mutex);
            if (request.header("Authorization") != "Bearer " + good)
                return ServerResponse{401, {}, R"({"error":"expired"})"};
            return ServerResponse{200, {}, items({"a"})};
        });
        platform.on("/token", [this](ServerRequest const& request) {
            std::scoped_lock const lock(mutex);
            if (request.header("Authorization") != "Basic bWU6czNjcmV0") return ServerResponse{401, {}, "{}"};
            EXPECT_EQ(request.body, "grant_type=client_credentials");
            good = "t" + std::to_string(++tokens);
            return ServerResponse{200, {}, R"({"access_token":")" + good + R"(","expires_in":3600})"};
        });
    }
    std::string spec() const { return spec_text("{" + std::string(app_auth) + "}", bearer); }
};

} // namespace

TEST_F(SignIn, an_app_token_is_fetched_once_kept_and_renewed_before_it_ends)
{
    EXPECT_EQ(ids(scan(spec())), "a");
    EXPECT_EQ(ids(scan(spec())), "a"); // another scanner, the same credentials
    EXPECT_EQ(tokens, 1);
    EXPECT_NE(credentials.find("token.x").value().find("\"access_token\":\"t1\""), std::string::npos);
    clock.advance(59min + 30s);
    EXPECT_EQ(ids(scan(spec())), "a");
    EXPECT_EQ(tokens, 2);
    credentials.keep("oauth.x.client_id", "other"); // a token made for somebody else is of no use
    EXPECT_EQ(scan(spec()).sources.at(0).code, SourceCode::AuthExpired);
}

TEST_F(SignIn, a_token_that_is_refused_is_renewed_and_the_question_repeated_once)
{
    EXPECT_EQ(ids(scan(spec())), "a");
    {
        std::scoped_lock const lock(mutex);
        good = "revoked";
    }
    EXPECT_EQ(ids(scan(spec())), "a");
    EXPECT_EQ(tokens, 2);
    platform.on("/search", [](auto const&) { return ServerResponse{401, {}, "{}"}; });
    auto const before = platform.asked("/search").size();
    auto const report = scan(spec()).sources.at(0);
    EXPECT_EQ(report.code, SourceCode::AuthExpired);
    EXPECT_EQ(platform.asked("/search").size(), before + 2);
}

TEST_F(SignIn, many_questions_at_once_fetch_one_token)
{
    auto const one = scanner(spec());
    std::latch begin(8);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                begin.arrive_and_wait();
                EXPECT_EQ(ids(one->scan(question())), "a");
            });
    }
    EXPECT_EQ(tokens, 1);
}

TEST_F(SignIn, what_is_missing_is_named_without_asking_anybody)
{
    credentials.keep("oauth.x.client_secret", "");
    auto const report = scan(spec()).sources.at(0);
    EXPECT_EQ(report.status, SourceStatus::Unavailable);
    EXPECT_EQ(report.code, SourceCode::AuthMissing);
    EXPECT_EQ(report.reason, "oauth.x.client_secret is not set");
    EXPECT_TRUE(platform.asked().empty());
}

TEST_F(SignIn, a_session_is_opened_and_kept_alive_by_its_refresh_token)
{
    credentials.keep("oauth.x.identifier", "me.example");
    credentials.keep("oauth.x.password", "app-pass");
    platform.on("/open", [&](ServerRequest const& request) {
        EXPECT_EQ(request.body, R"({"identifier":"me.example","password":"app-pass"})");
        good = "s1";
        return ServerResponse{200, {}, R"({"accessJwt":"s1","refreshJwt":"r1"})"};
    });
    platform.on("/renew", [&](ServerRequest const& request) {
        EXPECT_EQ(request.header("Authorization"), "Bearer r1");
        good = "s2";
        return ServerResponse{200, {}, R"({"accessJwt":"s2","refreshJwt":"r2"})"};
    });
    auto const text = spec_text(
        R"json({"auth":{"kind":"session","settings":{"identifier":"oauth.x.identifier","password":"oauth.x.password"},
        "token":{"request":{"method":"post","path":"/open","json":{"identifier":"{identifier}",
        "password":"{password}"}},"access":"$.accessJwt","refresh":"$.refreshJwt"},
        "refresh":{"request":{"method":"post","path":"/renew","headers":[{"name":"Authorization",
        "value":"Bearer {refresh_token}"}]},"access":"$.accessJwt","refresh":"$.refreshJwt"}},
        "errors":[{"status":[400],"when":[{"path":"$.error","any_of":["ExpiredToken"]}],"code":"auth_expired"}]})json",
        bearer);
    EXPECT_EQ(ids(scan(text)), "a");
    platform.on("/search", [&](ServerRequest const& request) {
        return request.header("Authorization") == "Bearer s2" ? ServerResponse{200, {}, items({"b"})}
                                                              : ServerResponse{400, {}, R"({"error":"ExpiredToken"})"};
    });
    EXPECT_EQ(ids(scan(text)), "b");
    EXPECT_EQ(platform.asked("/open").size(), 1U);
}

TEST_F(SignIn, a_users_token_is_used_as_it_is_until_it_can_be_renewed)
{
    credentials.keep("oauth.x.access_token", "stored");
    good = "stored";
    auto const text = spec_text(
        R"({"auth":{"kind":"oauth_user","settings":{"access_token":"oauth.x.access_token"},
        "next_action":"sign in anew"}})",
        bearer);
    EXPECT_EQ(ids(scan(text)), "a");
    good = "none";
    auto const report = scan(text).sources.at(0);
    EXPECT_EQ(report.code, SourceCode::AuthExpired);
    EXPECT_EQ(report.next_action, "sign in anew");
}

TEST_F(SignIn, a_key_that_is_optional_leaves_its_parameter_out)
{
    platform.say("/search", items({"a"}));
    auto const text = spec_text(R"({"auth":{"kind":"key","settings":{"key":"key.x"},"optional":true}})",
                                R"({"request":{"path":"/search","parameters":[{"name":"key","value":"{key}"}]}})");
    EXPECT_EQ(ids(scan(text)), "a");
    EXPECT_TRUE(platform.asked().back().query.empty());
    credentials.keep("key.x", "k&1");
    EXPECT_EQ(ids(scan(text)), "a");
    EXPECT_EQ(platform.asked().back().parameter("key"), "k&1");
}

TEST_F(SignIn, podcast_index_gets_its_signature)
{
    credentials.keep("key.pi", "UXKCGDSYGUUEVQJSYDZH");
    credentials.keep("key.pi_secret", "yzJe2eE7XV-3eY576dyRZ6wXyAbndh6LUrCZ8KN|");
    platform.say("/search", items({"a"}));
    auto const text = spec_text(
        R"({"auth":{"kind":"signed","signer":"podcast_index","settings":{"key":"key.pi","secret":"key.pi_secret"}}})");
    EXPECT_EQ(ids(scan(text)), "a");
    auto const asked = platform.asked().back();
    EXPECT_EQ(asked.header("X-Auth-Date"), "1778068800");
    EXPECT_EQ(asked.header("X-Auth-Key"), "UXKCGDSYGUUEVQJSYDZH");
    EXPECT_EQ(asked.header("Authorization").size(), 40U);
    // sha1 of key, secret and date, as sha1sum gives it for "ab0"
    net::Request request;
    discovery::find_signer("podcast_index")->sign(request, {{"key", "a"}, {"secret", "b"}}, base::Time{});
    EXPECT_EQ(net::find_header(request.headers, "Authorization"), "712d036ea7c8900592530636abc1a784f0bdf8ee");
}

TEST_F(SignIn, secrets_are_in_no_report)
{
    platform.on("/token", [](auto const&) { return ServerResponse{400, {}, R"({"error":"s3cret is wrong"})"}; });
    auto const text = base::to_json(scan(spec()));
    EXPECT_EQ(text.find("s3cret"), std::string::npos);
    EXPECT_EQ(text.find("bWU6"), std::string::npos);
}
