#include "signed_in_case.h"

#include "base/hash.h"

using accounts::Actor;
using accounts::Role;

class AccountRoutes : public test::SignedInCase {};

TEST_F(AccountRoutes, signing_in_gives_a_token_and_a_cookie_that_scripts_cannot_read)
{
    add("ada");
    auto const response = send({.method = "POST", .path = "/api/v1/auth/login", .body = login_body("ada")});
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(text(response, "token_type"), "bearer");
    EXPECT_EQ(json(response).at("expires_in").as_int64(), 600);
    auto const cookie = std::string(net::find_header(response.headers, "Set-Cookie"));
    for (auto const* part : {"HttpOnly", "SameSite=Strict", "Path=/api/v1/auth"})
        EXPECT_NE(cookie.find(part), std::string::npos) << cookie;
    EXPECT_EQ(net::find_header(response.headers, "Cache-Control"), "no-store");
    EXPECT_EQ(response.body.find(cookie_of(response).substr(18)), std::string::npos); // in the cookie alone
    auto const me = send({.path = "/api/v1/auth/me", .bearer = text(response, "access_token")});
    EXPECT_EQ(text(me, "username"), "ada");
    EXPECT_EQ(text(me, "role"), "creator");
}

TEST_F(AccountRoutes, a_refused_sign_in_says_the_same_whatever_was_wrong)
{
    add("ada");
    auto const wrong = send({.method = "POST", .path = "/api/v1/auth/login", .body = login_body("ada", "wrong")});
    auto const nobody = send({.method = "POST", .path = "/api/v1/auth/login", .body = login_body("nobody", "wrong")});
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(nobody.status, 401);
    EXPECT_EQ(text(wrong, "detail"), text(nobody, "detail"));
    EXPECT_EQ(net::find_header(wrong.headers, "Set-Cookie"), "");
    for (int i = 0; i < 10; ++i)
        send({.method = "POST", .path = "/api/v1/auth/login", .body = login_body("ada", "wrong")});
    auto const wait = send({.method = "POST", .path = "/api/v1/auth/login", .body = login_body("ada")});
    EXPECT_EQ(wait.status, 429);
    EXPECT_NE(net::find_header(wait.headers, "Retry-After"), "");
}

TEST_F(AccountRoutes, a_second_factor_is_turned_on_asked_for_and_turned_off)
{
    add("ada");
    auto const bearer = bearer_of("ada");
    auto const proof = R"({"password":"correct horse battery"})";
    EXPECT_EQ(
        send({.method = "POST", .path = "/api/v1/auth/totp", .bearer = bearer, .body = R"({"password":"x"})"}).status,
        403);
    auto const offer = send({.method = "POST", .path = "/api/v1/auth/totp", .bearer = bearer, .body = proof});
    ASSERT_EQ(offer.status, 200) << offer.body;
    auto const user = accounts.users().get_by_name("ada");
    auto const secret =
        accounts::from_base64url(*vault.find(std::string(accounts::vault_owner), "totp." + user.id)).value();
    EXPECT_EQ(text(offer, "secret"), accounts::base32(secret));
    auto const on = send({.method = "POST",
                          .path = "/api/v1/auth/totp/confirm",
                          .bearer = bearer,
                          .body = R"({"code":")" + code_now(secret) + "\"}"});
    ASSERT_EQ(on.status, 200) << on.body;
    EXPECT_EQ(json(on).at("recovery_codes").as_array().size(), 10U);
    auto const asked = send({.method = "POST", .path = "/api/v1/auth/login", .body = login_body("ada")});
    EXPECT_EQ(asked.status, 401);
    EXPECT_EQ(text(asked, "code"), "second_factor_required");
    auto const codes = send({.method = "POST", .path = "/api/v1/auth/totp/codes", .bearer = bearer, .body = proof});
    EXPECT_EQ(codes.status, 200);
    auto const off = send({.method = "POST", .path = "/api/v1/auth/totp/disable", .bearer = bearer, .body = proof});
    EXPECT_EQ(off.status, 204) << off.body;
    EXPECT_EQ(off.body, "");
    EXPECT_EQ(sign_in("ada").outcome, accounts::SignIn::Done);
}

TEST_F(AccountRoutes, the_cookie_refreshes_once_and_ends_with_the_session)
{
    add("ada");
    auto const login = send({.method = "POST", .path = "/api/v1/auth/login", .body = login_body("ada")});
    auto const refresh = [&](std::string const& cookie) {
        return send({.method = "POST", .path = "/api/v1/auth/refresh", .headers = {{"Cookie", cookie}}});
    };
    auto const next = refresh("other=1; " + cookie_of(login));
    ASSERT_EQ(next.status, 200) << next.body;
    EXPECT_NE(cookie_of(next), cookie_of(login));
    EXPECT_EQ(refresh("").status, 401);
    EXPECT_EQ(refresh(cookie_of(next) + "; " + cookie_of(next)).status, 401); // nobody knows who set which
    auto const out = send({.method = "POST",
                           .path = "/api/v1/auth/logout",
                           .bearer = text(next, "access_token"),
                           .headers = {{"Cookie", cookie_of(next)}}});
    EXPECT_EQ(out.status, 204);
    EXPECT_NE(std::string(net::find_header(out.headers, "Set-Cookie")).find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(refresh(cookie_of(next)).status, 401);
    EXPECT_EQ(send({.path = "/api/v1/auth/me", .bearer = text(next, "access_token")}).status, 401);
}

TEST_F(AccountRoutes, a_page_of_another_site_cannot_use_the_cookie)
{
    add("ada");
    auto const cookie = cookie_of(send({.method = "POST", .path = "/api/v1/auth/login", .body = login_body("ada")}));
    auto const from = [&](net::Headers headers) {
        headers.emplace_back("Cookie", cookie);
        return send({.method = "POST", .path = "/api/v1/auth/refresh", .headers = std::move(headers)}).status;
    };
    EXPECT_EQ(from({{"Origin", "https://evil.example"}}), 403);
    EXPECT_EQ(from({{"Origin", "null"}}), 403);
    EXPECT_EQ(from({{"Origin", "http://127.0.0.1:9999"}}), 403);
    EXPECT_EQ(from({{"Origin", "https://127.0.0.1:8080"}}), 403); // another scheme
    EXPECT_EQ(from({{"Origin", "https://friend.example"}}), 403); // may call with a token, not with our cookie
    EXPECT_EQ(from({{"Sec-Fetch-Site", "cross-site"}}), 403);
    EXPECT_EQ(from({{"Sec-Fetch-Site", "same-site"}}), 403);
    EXPECT_EQ(from({{"Origin", "http://127.0.0.1:8080"}, {"Sec-Fetch-Site", "same-origin"}}), 200);
}

TEST_F(AccountRoutes, the_first_admin_is_made_once)
{
    auto const token = accounts.make_setup_token().value();
    EXPECT_TRUE(json(send({.path = "/api/v1/auth/setup"})).at("needed").as_bool());
    auto const body = [&](std::string const& given) {
        return base::json::serialize(base::json::object{{"token", given}, {"password", test::good_password}});
    };
    EXPECT_EQ(send({.method = "POST", .path = "/api/v1/auth/setup", .body = body("wrong")}).status, 403);
    auto const made = send({.method = "POST", .path = "/api/v1/auth/setup", .body = body(token)});
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(text(send({.path = "/api/v1/auth/me", .bearer = text(made, "access_token")}), "user_id"), "local");
    EXPECT_EQ(send({.method = "POST", .path = "/api/v1/auth/setup", .body = body(token)}).status, 409);
    EXPECT_EQ(send({.path = "/api/v1/auth/setup"}).body, R"({"needed":false,"username":""})");
}

TEST_F(AccountRoutes, tokens_are_made_listed_used_and_removed)
{
    add("ada");
    auto const bearer = bearer_of("ada");
    auto const made = send({.method = "POST",
                            .path = "/api/v1/auth/tokens",
                            .bearer = bearer,
                            .body = R"({"name":"robot","scopes":["jobs:read","auth:*"]})"});
    ASSERT_EQ(made.status, 201) << made.body;
    auto const token = text(made, "token");
    EXPECT_EQ(send({.path = "/api/v1/jobs", .bearer = token}).status, 200);
    EXPECT_EQ(send({.path = "/api/v1/keys", .bearer = token}).status, 403);
    auto const list = send({.path = "/api/v1/auth/tokens", .bearer = bearer});
    EXPECT_EQ(list.body.find(token.substr(3)), std::string::npos);
    // A token cannot make others, change the password, or end sessions: that takes a person.
    EXPECT_EQ(send({.method = "POST",
                    .path = "/api/v1/auth/tokens",
                    .bearer = token,
                    .body = R"({"name":"second","scopes":["*"]})"})
                  .status,
              403);
    EXPECT_EQ(send({.method = "DELETE", .path = "/api/v1/auth/sessions", .bearer = token}).status, 403);
    EXPECT_EQ(send({.method = "DELETE", .path = "/api/v1/auth/tokens/" + text(made, "id"), .bearer = bearer}).status,
              204);
    EXPECT_EQ(send({.path = "/api/v1/jobs", .bearer = token}).status, 401);
}

TEST_F(AccountRoutes, an_admin_keeps_the_users_and_sees_the_audit_log)
{
    add("root", Role::Admin);
    auto const bearer = bearer_of("root");
    auto const made = send({.method = "POST",
                            .path = "/api/v1/users",
                            .bearer = bearer,
                            .body = R"({"username":"bob","role":"viewer","password":"seventeen blue lamps"})"});
    ASSERT_EQ(made.status, 201) << made.body;
    auto const path = std::string(net::find_header(made.headers, "Location"));
    EXPECT_EQ(text(send({.path = path, .bearer = bearer}), "name"), "bob");
    EXPECT_EQ(json(send({.path = "/api/v1/users", .bearer = bearer})).at("items").as_array().size(), 2U);
    EXPECT_EQ(text(send({.method = "PATCH", .path = path, .bearer = bearer, .body = R"({"role":"creator"})"}), "role"),
              "creator");
    auto const theirs = sign_in("bob", test::other_password).issued->access_token;
    EXPECT_EQ(send({.path = "/api/v1/users", .bearer = theirs}).status, 403);
    EXPECT_EQ(send({.path = "/api/v1/audit", .bearer = theirs}).status, 403);
    EXPECT_EQ(send({.method = "DELETE", .path = path + "/sessions", .bearer = bearer}).status, 204);
    EXPECT_EQ(send({.path = "/api/v1/auth/me", .bearer = theirs}).status, 401);
    EXPECT_EQ(send({.method = "PUT",
                    .path = path + "/password",
                    .bearer = bearer,
                    .body = R"({"password":"correct horse battery"})"})
                  .status,
              204);
    EXPECT_EQ(send({.method = "DELETE", .path = path + "/totp", .bearer = bearer}).status, 204);
    EXPECT_EQ(send({.method = "DELETE", .path = path, .bearer = bearer, .query = {{"content", "transfer"}}}).status,
              422);
    EXPECT_EQ(json(send({.method = "DELETE", .path = path, .bearer = bearer})).at("content").as_string(), "keep");
    EXPECT_EQ(send({.path = path, .bearer = bearer}).status, 404);
    auto const first = send({.path = "/api/v1/audit", .bearer = bearer, .query = {{"limit", "2"}}});
    EXPECT_EQ(std::string(json(first).at("items").as_array()[0].at("action").as_string()), "user.removed");
    auto const second = send(
        {.path = "/api/v1/audit", .bearer = bearer, .query = {{"limit", "2"}, {"cursor", text(first, "next_cursor")}}});
    EXPECT_EQ(json(second).at("items").as_array().size(), 2U);
    EXPECT_EQ(text(send({.path = "/api/v1/audit/check", .bearer = bearer}), "problem"), "");
}

TEST_F(AccountRoutes, keys_go_in_and_never_come_out)
{
    add("ada");
    auto const bearer = bearer_of("ada");
    EXPECT_EQ(send({.method = "PUT",
                    .path = "/api/v1/keys/key.pexels",
                    .bearer = bearer,
                    .body = R"({"secret":"a-very-secret-value"})"})
                  .status,
              204);
    auto const list = send({.path = "/api/v1/keys", .bearer = bearer});
    EXPECT_NE(list.body.find("key.pexels"), std::string::npos);
    EXPECT_EQ(list.body.find("a-very-secret-value"), std::string::npos);
    EXPECT_EQ(vault.find(accounts.users().get_by_name("ada").id, "key.pexels"), "a-very-secret-value");
    EXPECT_EQ(send({.method = "PUT",
                    .path = "/api/v1/keys/No Name",
                    .bearer = bearer,
                    .body = R"({"secret":"a-very-secret-value"})"})
                  .status,
              422);
    EXPECT_EQ(send({.method = "DELETE", .path = "/api/v1/keys/key.pexels", .bearer = bearer}).status, 204);
    EXPECT_EQ(send({.method = "DELETE", .path = "/api/v1/keys/key.pexels", .bearer = bearer}).status, 404);
    EXPECT_TRUE(did("key.set"));
    EXPECT_TRUE(did("key.removed"));
}

TEST_F(AccountRoutes, no_answer_to_a_mistake_repeats_a_secret)
{
    add("ada");
    auto const bearer = bearer_of("ada");
    std::string const secret = "a-password-typed-by-mistake";
    for (auto const* path : {"/api/v1/auth/login", "/api/v1/auth/password", "/api/v1/auth/totp", "/api/v1/auth/setup",
                             "/api/v1/auth/totp/confirm", "/api/v1/users", "/api/v1/auth/tokens"})
        for (auto const& body :
             {R"({"username":"ada","password":")" + secret + R"(","extra":1})", R"({"password":[")" + secret + R"("]})",
              R"({"password":{")" + std::string("x") + R"(":")" + secret + R"("}})",
              R"({"password":")" + secret + R"(")", R"({"code":")" + secret + R"(","token":")" + secret + R"("})",
              R"({"current":")" + secret + R"(","password":"x"})"}) {
            auto const response = send({.method = "POST", .path = path, .bearer = bearer, .body = body});
            EXPECT_GE(response.status, 400) << path << body;
            EXPECT_EQ(response.body.find(secret), std::string::npos) << path << body << response.body;
        }
}

TEST_F(AccountRoutes, a_repeated_request_with_a_password_leaves_no_hash_of_it_behind)
{
    add("root", Role::Admin);
    auto const bearer = bearer_of("root");
    std::string const body = R"({"username":"bob","role":"viewer","password":"seventeen blue lamps"})";
    auto const once = [&] {
        return send({.method = "POST",
                     .path = "/api/v1/users",
                     .bearer = bearer,
                     .body = body,
                     .headers = {{"Idempotency-Key", "k1"}}});
    };
    EXPECT_EQ(once().status, 201);
    EXPECT_EQ(once().status, 409); // done, and nothing is told again
    auto const with_body = base::sha256("POST /api/v1/users\n\n" + body);
    for (auto const& row : database.query("SELECT fingerprint FROM idempotency_keys"))
        EXPECT_NE(row.get<std::string>(0), with_body);
}
