#include "accounts_case.h"
#include "store/tables/assets.h"

using accounts::Actor;
using accounts::Role;
using accounts::SignIn;
using base::ErrorCode;

class UsersTest : public test::AccountsCase {
protected:
    accounts::Users& users() { return accounts_.users(); }
};
ON_BOTH_DATABASES(UsersTest);

TEST_P(UsersTest, are_added_listed_in_pages_and_found_by_name)
{
    for (auto const* name : {"carl", "ada", "bob"}) add(name);
    auto const first = users().list("", 2);
    ASSERT_EQ(first.items.size(), 2U);
    EXPECT_EQ(first.items[0].name, "ada");
    auto const second = users().list(first.next_cursor.value(), 2);
    ASSERT_EQ(second.items.size(), 1U);
    EXPECT_EQ(second.items[0].name, "carl");
    EXPECT_FALSE(second.next_cursor);
    EXPECT_EQ(users().get_by_name("BOB").name, "bob");
    EXPECT_EQ(test::error_of([&] { users().get_by_name("dora"); }).code, ErrorCode::NotFound);
}

TEST_P(UsersTest, bad_names_taken_names_and_weak_passwords_are_refused_and_nothing_is_kept)
{
    add("ada");
    for (auto const* name : {"", "-ada", "a b", "ada/../bob", "ад", "a\nb", "a'b", "<script>"})
        EXPECT_EQ(test::error_of([&] { add(name); }).code, ErrorCode::InvalidInput) << name;
    EXPECT_EQ(test::error_of([&] { add(std::string(61, 'a')); }).code, ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { add("ADA"); }).code, ErrorCode::Conflict);
    EXPECT_EQ(test::error_of([&] {
                  users().add(Actor::system(), {"bob", Role::Viewer, "short"});
              }).code,
              ErrorCode::InvalidInput);
    EXPECT_EQ(users().list("", 10).items.size(), 1U);
}

TEST_P(UsersTest, the_root_users_name_is_a_setting_and_its_rows_are_those_of_the_command_line)
{
    auto const root = add("admin", Role::Admin);
    EXPECT_EQ(root.id, accounts::root_user_id);
    EXPECT_EQ(test::error_of([&] { users().remove(Actor::system(), root.id); }).code, ErrorCode::Conflict);
    auto options = cheap();
    options.root_user = "owner";
    accounts::Accounts renamed({*database_, vault_, clock_, ids_}, options);
    renamed.users().keep_root();
    EXPECT_EQ(renamed.users().get(root.id).name, "owner");
    EXPECT_EQ(sign_in("owner").outcome, SignIn::Done);
    EXPECT_EQ(test::error_of([&] {
                  renamed.users().add(Actor::system(), {"owner", Role::Viewer, test::good_password});
              }).code,
              ErrorCode::InvalidInput);
}

TEST_P(UsersTest, the_root_user_may_wait_for_a_password_under_another_name)
{
    users().keep_root();
    auto options = cheap();
    options.root_user = "owner";
    accounts::Accounts renamed({*database_, vault_, clock_, ids_}, options);
    auto const made = renamed.users().add(Actor::system(), {"owner", Role::Admin, test::good_password});
    EXPECT_EQ(made.id, accounts::root_user_id);
    EXPECT_EQ(users().list("", 10).items.size(), 1U);
    EXPECT_EQ(test::error_of([&] {
                  renamed.users().add(Actor::system(), {"owner", Role::Admin, test::good_password});
              }).code,
              ErrorCode::Conflict);
    EXPECT_EQ(sign_in("owner").outcome, SignIn::Done);
}

TEST_P(UsersTest, somebody_is_always_left_who_can_administer)
{
    auto const ada = add("ada", Role::Admin);
    EXPECT_TRUE(users().has_admin());
    EXPECT_EQ(test::error_of([&] { users().change(Actor::system(), ada.id, Role::Creator, {}); }).code,
              ErrorCode::Conflict);
    EXPECT_EQ(test::error_of([&] { users().change(Actor::system(), ada.id, {}, true); }).code, ErrorCode::Conflict);
    EXPECT_EQ(test::error_of([&] { users().remove(Actor::system(), ada.id); }).code, ErrorCode::Conflict);
    auto const bob = add("bob", Role::Admin);
    users().change(Actor::system(), ada.id, Role::Creator, {});
    EXPECT_EQ(test::error_of([&] { users().remove(Actor::system(), bob.id); }).code, ErrorCode::Conflict);
}

TEST_P(UsersTest, two_admins_who_demote_each_other_at_once_do_not_both_succeed)
{
    auto const ada = add("ada", Role::Admin);
    auto const bob = add("bob", Role::Admin);
    {
        std::vector<std::jthread> both;
        for (auto const& id : {ada.id, bob.id})
            both.emplace_back([&, id] {
                try {
                    users().change(Actor::system(), id, Role::Viewer, {});
                } catch (base::Error const& error) {
                    EXPECT_EQ(error.code, ErrorCode::Conflict);
                }
            });
    }
    EXPECT_TRUE(users().has_admin());
}

TEST_P(UsersTest, a_user_changes_the_own_password_and_other_sessions_end)
{
    auto const user = add("ada");
    auto const here = signed_in("ada");
    auto const there = signed_in("ada");
    auto const actor = Actor::of(here.principal, "192.0.2.1", "r");
    EXPECT_EQ(test::error_of([&] {
                  users().change_password(actor, user.id, "not the right one", test::other_password, "");
              }).code,
              ErrorCode::Forbidden);
    EXPECT_EQ(test::error_of([&] { users().change_password(actor, user.id, test::good_password, "short", ""); }).code,
              ErrorCode::InvalidInput);
    users().change_password(actor, user.id, test::good_password, test::other_password, here.principal.session_id);
    EXPECT_TRUE(accounts_.authenticate(here.access_token));
    EXPECT_FALSE(accounts_.authenticate(there.access_token));
    EXPECT_EQ(sign_in("ada").outcome, SignIn::Refused);
    EXPECT_EQ(sign_in("ada", test::other_password).outcome, SignIn::Done);
}

TEST_P(UsersTest, guessing_the_current_password_is_slowed_down)
{
    auto const user = add("ada");
    auto const actor = Actor::of(signed_in("ada").principal, "192.0.2.1", "r");
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(test::error_of([&] { users().prove(actor, user.id, "wrong"); }).code, ErrorCode::Forbidden);
    EXPECT_EQ(test::error_of([&] { users().prove(actor, user.id, test::good_password); }).code, ErrorCode::RateLimited);
}

TEST_P(UsersTest, a_password_that_an_admin_sets_ends_what_went_before)
{
    auto const user = add("ada");
    auto const session = signed_in("ada");
    auto const token = accounts_.tokens().make(Actor::system(), user.id, {"robot", Role::Viewer, {"*"}});
    EXPECT_TRUE(accounts_.authenticate(token.token));
    users().set_password(Actor::system(), user.id, test::other_password);
    EXPECT_FALSE(accounts_.authenticate(session.access_token));
    EXPECT_FALSE(accounts_.authenticate(token.token));
    EXPECT_EQ(sign_in("ada", test::other_password).outcome, SignIn::Done);
}

TEST_P(UsersTest, who_is_removed_leaves_no_way_in)
{
    auto const user = add("ada");
    auto const session = signed_in("ada");
    auto const token = accounts_.tokens().make(Actor::system(), user.id, {"robot", Role::Viewer, {"*"}});
    with_second_factor(user.id);
    vault_.keep(user.id, "key.pexels", "of ada");
    users().remove(Actor::system(), user.id);
    EXPECT_FALSE(accounts_.authenticate(session.access_token));
    EXPECT_FALSE(accounts_.authenticate(token.token));
    EXPECT_FALSE(accounts_.sessions().refresh({}, session.refresh_token));
    EXPECT_FALSE(vault_.find(user.id, "key.pexels"));
    EXPECT_EQ(sign_in("ada").outcome, SignIn::Refused);
    EXPECT_NE(add("ada").id, user.id); // the name is free again, the rows of the old one are not
}

TEST_P(UsersTest, what_somebody_made_goes_to_an_heir_with_its_rights_or_stays)
{
    auto const ada = add("ada");
    auto const bob = add("bob");
    store::Asset asset{.id = ids_.next(), .owner_id = ada.id, .path = "/a.mp4", .sha256 = "ab"};
    asset.created_at = asset.updated_at = clock_.now();
    auto same = asset; // the same file in both libraries
    same.id = ids_.next();
    same.owner_id = bob.id;
    database_->transaction([&](store::Connection& connection) {
        store::insert_asset(connection, asset);
        store::insert_asset(connection, same);
    });
    auto const owner = [&] {
        return database_->read([&](store::Connection& c) { return store::find_asset(c, asset.id)->owner_id; });
    };
    EXPECT_EQ(test::error_of([&] { users().remove(Actor::system(), ada.id, ada.id); }).code, ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { users().remove(Actor::system(), ada.id, "nobody"); }).code, ErrorCode::NotFound);
    EXPECT_EQ(owner(), ada.id) << "nothing is done by halves";
    auto const given = users().remove(Actor::system(), ada.id, bob.id);
    EXPECT_EQ(given.front().table, "assets");
    EXPECT_EQ(given.front().rows, 1);
    EXPECT_EQ(owner(), bob.id);
    add("eve", Role::Admin);
    EXPECT_EQ(users().remove(Actor::system(), bob.id).front().rows, 2);
    EXPECT_EQ(owner(), bob.id) << "kept, and nobody's";
}

TEST_P(UsersTest, the_first_admin_needs_the_token_of_the_terminal_which_works_once)
{
    auto const old = accounts_.make_setup_token().value();
    auto const token = accounts_.make_setup_token().value(); // a new start, a new one
    accounts::Origin const origin{"192.0.2.1", "a browser", "r1"};
    auto const code_of = [&](std::string const& text, std::string const& password) {
        return test::error_of([&] { accounts_.set_up(origin, text, password); }).code;
    };
    EXPECT_EQ(code_of(old, test::good_password), ErrorCode::Forbidden);
    EXPECT_EQ(code_of("", test::good_password), ErrorCode::Forbidden);
    EXPECT_EQ(code_of(std::string(100'000, 'x'), test::good_password), ErrorCode::Forbidden);
    EXPECT_EQ(accounts_.hasher().computed(), 0); // nobody keeps the hashers busy without it
    EXPECT_EQ(code_of(token, "short"), ErrorCode::InvalidInput);
    auto const issued = accounts_.set_up(origin, token, test::good_password);
    EXPECT_EQ(issued.principal.user_id, accounts::root_user_id);
    EXPECT_EQ(accounts_.authenticate(issued.access_token)->role, Role::Admin);
    EXPECT_EQ(code_of(token, test::good_password), ErrorCode::Conflict);
    EXPECT_FALSE(accounts_.make_setup_token());
    EXPECT_EQ(sign_in("admin").outcome, SignIn::Done);
    EXPECT_TRUE(did("setup.done"));
}

TEST_P(UsersTest, a_set_up_token_is_over_after_a_day)
{
    auto const token = accounts_.make_setup_token().value();
    clock_.advance(accounts::setup_token_life);
    EXPECT_EQ(test::error_of([&] { accounts_.set_up({}, token, test::good_password); }).code, ErrorCode::Forbidden);
}

TEST_P(UsersTest, of_two_who_set_up_at_once_one_becomes_admin)
{
    auto const token = accounts_.make_setup_token().value();
    std::atomic<int> done = 0;
    {
        std::vector<std::jthread> both;
        for (int i = 0; i < 2; ++i)
            both.emplace_back([&] {
                try {
                    accounts_.set_up({}, token, test::good_password);
                    ++done;
                } catch (base::Error const&) {
                }
            });
    }
    EXPECT_EQ(done, 1);
}
