#include "accounts_case.h"

using accounts::Actor;
using accounts::PrincipalKind;
using accounts::Role;
using base::ErrorCode;

class TokensTest : public test::AccountsCase {};
ON_BOTH_DATABASES(TokensTest);

TEST_P(TokensTest, opens_for_its_owner_with_its_scopes_and_is_kept_as_a_hash)
{
    auto const user = add("ada", Role::Creator);
    auto const made = accounts_.tokens().make(Actor::system(), user.id, {"robot", Role::Viewer, {"jobs:read"}});
    EXPECT_TRUE(made.token.starts_with("et_"));
    EXPECT_EQ(made.token.size(), 46U);
    auto const who = accounts_.authenticate(made.token);
    ASSERT_TRUE(who);
    EXPECT_EQ(who->user_id, user.id);
    EXPECT_EQ(who->role, Role::Viewer);
    EXPECT_EQ(who->kind, PrincipalKind::ApiToken);
    EXPECT_EQ(who->scopes, std::vector<std::string>{"jobs:read"});
    for (auto const& row : database_->query("SELECT hash FROM api_tokens"))
        EXPECT_EQ(row.get<std::string>(0).find(made.token.substr(3)), std::string::npos);
    auto changed = made.token;
    changed.back() = changed.back() == 'A' ? 'B' : 'A';
    for (auto const& text :
         {changed, made.token + "x", std::string("et_"), std::string("et_") + std::string(5000, 'x')})
        EXPECT_FALSE(accounts_.authenticate(text));
}

TEST_P(TokensTest, can_never_do_more_than_its_owner_may_now)
{
    auto const user = add("ada", Role::Creator);
    EXPECT_EQ(test::error_of([&] {
                  accounts_.tokens().make(Actor::system(), user.id, {"robot", Role::Admin, {"*"}});
              }).code,
              ErrorCode::Forbidden);
    auto const made = accounts_.tokens().make(Actor::system(), user.id, {"robot", Role::Creator, {"*"}});
    EXPECT_EQ(accounts_.authenticate(made.token)->role, Role::Creator);
    accounts_.users().change(Actor::system(), user.id, Role::Viewer, std::nullopt);
    EXPECT_EQ(accounts_.authenticate(made.token)->role, Role::Viewer);
    accounts_.users().change(Actor::system(), user.id, std::nullopt, true);
    EXPECT_FALSE(accounts_.authenticate(made.token));
}

TEST_P(TokensTest, ends_when_it_is_removed_or_over)
{
    auto const user = add("ada");
    auto const other = add("bob");
    auto const made = accounts_.tokens().make(Actor::system(), user.id,
                                              {"robot", Role::Viewer, {"*"}, clock_.now() + std::chrono::hours(1)});
    auto const second = accounts_.tokens().make(Actor::system(), user.id, {"second", Role::Viewer, {"*"}});
    EXPECT_EQ(accounts_.tokens().list(user.id).size(), 2U);
    EXPECT_TRUE(accounts_.tokens().list(other.id).empty());
    EXPECT_TRUE(accounts_.authenticate(second.token));
    EXPECT_EQ(test::error_of([&] { accounts_.tokens().remove(Actor::system(), other.id, second.view.id); }).code,
              ErrorCode::NotFound); // not that user's
    accounts_.tokens().remove(Actor::system(), user.id, second.view.id);
    EXPECT_FALSE(accounts_.authenticate(second.token));
    EXPECT_TRUE(accounts_.authenticate(made.token));
    EXPECT_EQ(accounts_.tokens().list(user.id).front().last_used_at, clock_.now());
    clock_.advance(std::chrono::hours(1));
    EXPECT_FALSE(accounts_.authenticate(made.token));
}

TEST_P(TokensTest, what_makes_no_sense_is_refused)
{
    auto const user = add("ada");
    auto const code_of = [&](accounts::NewToken const& wanted) {
        return test::error_of([&] { accounts_.tokens().make(Actor::system(), user.id, wanted); }).code;
    };
    EXPECT_EQ(code_of({"", Role::Viewer, {"*"}}), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of({"robot", Role::Viewer, {}}), ErrorCode::InvalidInput);
    for (auto const* scope : {"", "jobs", "jobs:", ":read", "jobs:delete", "JOBS:read", "a,b:read", "jobs:read:x"})
        EXPECT_EQ(code_of({"robot", Role::Viewer, {scope}}), ErrorCode::InvalidInput) << scope;
    EXPECT_EQ(code_of({"robot", Role::Viewer, {"*"}, clock_.now()}), ErrorCode::InvalidInput);
    accounts_.tokens().make(Actor::system(), user.id, {"robot", Role::Viewer, {"*"}});
    EXPECT_EQ(code_of({"robot", Role::Viewer, {"*"}}), ErrorCode::Conflict);
    EXPECT_EQ(code_of({"robot", Role::Viewer, std::vector<std::string>(41, "*")}), ErrorCode::InvalidInput);
}

TEST_P(TokensTest, the_services_token_opens_as_the_service_and_as_nobody_else)
{
    auto const who = accounts_.authenticate("made-up-internal-token-of-the-tests-0123456789");
    ASSERT_TRUE(who);
    EXPECT_EQ(who->kind, PrincipalKind::Service);
    EXPECT_EQ(who->user_id, "");
    EXPECT_EQ(who->role, Role::Viewer);
    EXPECT_FALSE(accounts_.authenticate("made-up-internal-token-of-the-tests-012345678"));
    EXPECT_FALSE(accounts_.authenticate("made-up-internal-token-of-the-tests-01234567890"));
    EXPECT_FALSE(accounts_.authenticate(""));
    auto none = cheap();
    none.internal_token = "";
    accounts::Accounts without({*database_, vault_, clock_, ids_}, none);
    EXPECT_FALSE(without.authenticate(""));
    EXPECT_EQ(test::error_of([&] { accounts_.make_ticket(*who); }).code, ErrorCode::Forbidden);
}

TEST_P(TokensTest, a_ticket_opens_one_socket_within_half_a_minute)
{
    add("ada");
    auto const issued = signed_in("ada");
    auto const ticket = accounts_.make_ticket(issued.principal);
    auto const who = accounts_.take_ticket(ticket);
    ASSERT_TRUE(who);
    EXPECT_EQ(who->session_id, issued.principal.session_id);
    EXPECT_FALSE(accounts_.take_ticket(ticket)); // once
    auto const late = accounts_.make_ticket(issued.principal);
    clock_.advance(accounts::ticket_life);
    EXPECT_FALSE(accounts_.take_ticket(late));
    auto const ended = accounts_.make_ticket(issued.principal);
    accounts_.sessions().sign_out({}, issued.refresh_token);
    EXPECT_FALSE(accounts_.take_ticket(ended)); // its session is over
    EXPECT_FALSE(accounts_.again(issued.principal));
    for (auto const* text : {"", "x"}) EXPECT_FALSE(accounts_.take_ticket(text));
}

TEST_P(TokensTest, a_new_signing_key_takes_over_and_the_old_one_opens_until_its_tokens_are_over)
{
    add("ada");
    auto const before = signed_in("ada");
    auto const old = accounts_.signing_keys().current().kid;
    auto const fresh = accounts_.signing_keys().rotate().kid;
    EXPECT_NE(old, fresh);
    EXPECT_TRUE(accounts_.authenticate(before.access_token));
    EXPECT_EQ(accounts_.signing_keys().current().kid, fresh);
    clock_.advance(accounts::SigningKeys::kept_for + std::chrono::seconds(1));
    accounts_.signing_keys().rotate();
    EXPECT_FALSE(accounts_.signing_keys().find(old));
    EXPECT_TRUE(accounts_.signing_keys().find(fresh));
    clock_.advance(accounts::SigningKeys::age_max);
    EXPECT_NE(accounts_.signing_keys().current().kid, fresh); // by itself
}

TEST_P(TokensTest, signing_keys_survive_a_rotation_of_the_vault)
{
    add("ada");
    auto const issued = signed_in("ada");
    vault_.rotate();
    vault_.rotate_master();
    accounts::Vault vault(*database_, {.file = folder_.path() / "master.key"}, clock_, ids_);
    accounts::Accounts restarted({*database_, vault, clock_, ids_}, cheap());
    EXPECT_TRUE(restarted.authenticate(issued.access_token));
}

TEST(Scopes, name_what_a_token_may)
{
    accounts::Principal token{"u", "ada", Role::Admin, PrincipalKind::ApiToken, "t", {}};
    auto const may = [&](std::vector<std::string> held, std::string_view scope) {
        token.scopes = std::move(held);
        return accounts::has_scope(token, scope);
    };
    EXPECT_TRUE(may({"*"}, "jobs:write"));
    EXPECT_TRUE(may({"*:read"}, "jobs:read"));
    EXPECT_FALSE(may({"*:read"}, "jobs:write"));
    EXPECT_TRUE(may({"jobs:*"}, "jobs:write"));
    EXPECT_FALSE(may({"jobs:*"}, "users:read"));
    EXPECT_TRUE(may({"users:read", "jobs:read"}, "jobs:read"));
    EXPECT_FALSE(may({"jobs:read"}, "jobs:write"));
    EXPECT_FALSE(may({}, "jobs:read"));
    EXPECT_FALSE(may({"job:read", "jobs", "jobs:"}, "jobs:read"));
    token.kind = PrincipalKind::Session;
    EXPECT_TRUE(may({}, "jobs:write"));
}
