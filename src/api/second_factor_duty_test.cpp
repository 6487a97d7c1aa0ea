// accounts.require_totp: whoever must have a second factor can set it up, and do nothing else before.
#include "signed_in_case.h"

using accounts::RequireTotp;
using accounts::Role;

namespace {

class DutyOfAll : public test::SignedInCase {
protected:
    explicit DutyOfAll(RequireTotp require = RequireTotp::All) : SignedInCase(require) {}
    int status(std::string const& method, std::string const& path, std::string const& bearer,
               std::string const& body = {})
    {
        return send({.method = method, .path = path, .bearer = bearer, .body = body}).status;
    }
    void set_up(std::string const& name, std::string const& bearer)
    {
        auto const proof = R"({"password":"correct horse battery"})";
        ASSERT_EQ(status("POST", "/api/v1/auth/totp", bearer, proof), 200);
        auto const id = accounts.users().get_by_name(name).id;
        auto const secret =
            accounts::from_base64url(*vault.find(std::string(accounts::vault_owner), "totp." + id)).value();
        ASSERT_EQ(status("POST", "/api/v1/auth/totp/confirm", bearer, R"({"code":")" + code_now(secret) + "\"}"), 200);
    }
};

class DutyOfAdmins : public DutyOfAll {
protected:
    DutyOfAdmins() : DutyOfAll(RequireTotp::Admins) {}
};

} // namespace

TEST_F(DutyOfAll, without_a_second_factor_only_the_way_to_one_is_open)
{
    add("vic", Role::Viewer);
    auto const bearer = bearer_of("vic");
    auto const refused = send({.path = "/api/v1/jobs", .bearer = bearer});
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(text(refused, "code"), "second_factor_due");
    EXPECT_NE(text(refused, "next_action").find("/api/v1/auth/totp"), std::string::npos);
    auto const me = send({.path = "/api/v1/auth/me", .bearer = bearer});
    EXPECT_EQ(me.status, 200);
    EXPECT_TRUE(json(me).at("second_factor_due").as_bool());
    for (auto const* closed : {"/api/v1/auth/tokens", "/api/v1/auth/sessions", "/api/v1/system/telemetry"})
        EXPECT_EQ(status("GET", closed, bearer), 403) << closed;
    EXPECT_EQ(status("POST", "/api/v1/auth/ticket", bearer), 403);
    set_up("vic", bearer);
    EXPECT_EQ(status("GET", "/api/v1/jobs", bearer), 200);
    EXPECT_FALSE(json(send({.path = "/api/v1/auth/me", .bearer = bearer})).at("second_factor_due").as_bool());
}

TEST_F(DutyOfAll, every_route_but_those_named_here_is_closed)
{
    add("root", Role::Admin);
    auto const bearer = bearer_of("root");
    std::set<std::string> open;
    for (auto const& route : api::all_routes()) {
        if (route.access == api::Access::Public) continue;
        if (send({.method = std::string(route.method), .path = std::string(route.path), .bearer = bearer}).status !=
            403)
            open.insert(fmt::format("{} {}", route.method, route.path));
    }
    EXPECT_EQ(open, (std::set<std::string>{"GET /api/v1/auth/me", "POST /api/v1/auth/password",
                                           "POST /api/v1/auth/totp", "POST /api/v1/auth/totp/confirm"}));
}

TEST_F(DutyOfAll, a_token_has_the_duty_of_its_user)
{
    auto const cleo = add("cleo");
    auto const token =
        accounts.tokens().make(accounts::Actor::system(), cleo.id, {"made before", Role::Viewer, {"*"}}).token;
    EXPECT_EQ(status("GET", "/api/v1/jobs", token), 403);
    set_up("cleo", bearer_of("cleo"));
    EXPECT_EQ(status("GET", "/api/v1/jobs", token), 200);
    EXPECT_EQ(status("GET", "/api/v1/jobs", internal_token), 403) << "not for want of a second factor";
    EXPECT_EQ(status("GET", "/metrics", internal_token), 200);
}

TEST_F(DutyOfAdmins, others_go_on_and_an_admins_lesser_token_does_not_get_around_it)
{
    add("cleo");
    EXPECT_EQ(status("GET", "/api/v1/jobs", bearer_of("cleo")), 200);
    auto const root = add("root", Role::Admin);
    EXPECT_EQ(status("GET", "/api/v1/jobs", bearer_of("root")), 403);
    auto const token = accounts.tokens().make(accounts::Actor::system(), root.id, {"r", Role::Viewer, {"*"}}).token;
    EXPECT_EQ(status("GET", "/api/v1/jobs", token), 403);
    EXPECT_TRUE(accounts.second_factor_due(accounts.authenticate(token).value()));
}
