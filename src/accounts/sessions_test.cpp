#include "accounts_case.h"

#include "accounts/jwt.h"
#include "accounts/lockout.h"

#include <latch>

using accounts::Role;
using accounts::SignIn;
using base::ErrorCode;

class SessionsTest : public test::AccountsCase {};
ON_BOTH_DATABASES(SessionsTest);

TEST_P(SessionsTest, a_password_gives_an_access_token_that_says_who_it_is)
{
    auto const user = add("ada", Role::Creator);
    auto const issued = signed_in("Ada"); // names are not told apart by case
    auto const who = accounts_.authenticate(issued.access_token);
    ASSERT_TRUE(who);
    EXPECT_EQ(who->user_id, user.id);
    EXPECT_EQ(who->name, "ada");
    EXPECT_EQ(who->role, Role::Creator);
    EXPECT_EQ(who->kind, accounts::PrincipalKind::Session);
    EXPECT_EQ(who->session_id, issued.principal.session_id);
    EXPECT_TRUE(did("session.begun"));
    clock_.advance(issued.access_life + accounts::clock_skew_max);
    EXPECT_FALSE(accounts_.authenticate(issued.access_token));
}

TEST_P(SessionsTest, a_wrong_name_a_wrong_password_and_no_password_at_all_are_told_apart_by_nothing)
{
    add("ada");
    auto const disabled = add("bob");
    accounts_.users().change(accounts::Actor::system(), disabled.id, std::nullopt, true);
    accounts_.users().keep_root(); // the root user has no password yet
    for (auto const* name : {"ada", "nobody", "bob", "admin", "", "a name \xff\n"}) {
        auto const before = accounts_.hasher().computed();
        auto const result =
            sign_in(name, "not the right one", "", std::string("192.0.2.") + std::to_string(before % 9));
        EXPECT_EQ(result.outcome, SignIn::Refused) << name;
        EXPECT_FALSE(result.issued) << name;
        EXPECT_EQ(accounts_.hasher().computed(), before + 1) << name; // the same work for each
    }
    EXPECT_EQ(sign_in("bob").outcome, SignIn::Refused);
}

TEST_P(SessionsTest, what_is_ended_here_opens_nothing_from_that_moment_on)
{
    auto const user = add("ada");
    auto const one = signed_in("ada");
    auto const two = signed_in("ada");
    EXPECT_TRUE(accounts_.authenticate(one.access_token));
    EXPECT_TRUE(accounts_.authenticate(two.access_token));
    EXPECT_EQ(accounts_.sessions().list(two.principal).size(), 2U);
    accounts_.sessions().revoke(accounts::Actor::of(two.principal, "", ""), user.id, one.principal.session_id);
    EXPECT_FALSE(accounts_.authenticate(one.access_token));
    EXPECT_FALSE(accounts_.sessions().refresh({}, one.refresh_token));
    EXPECT_TRUE(accounts_.authenticate(two.access_token));
    EXPECT_EQ(accounts_.sessions().list(two.principal).size(), 1U);
    accounts_.sessions().sign_out({}, two.refresh_token);
    EXPECT_FALSE(accounts_.authenticate(two.access_token));
    EXPECT_EQ(test::error_of([&] {
                  accounts_.sessions().revoke(accounts::Actor::system(), user.id, one.principal.session_id);
              }).code,
              ErrorCode::NotFound);
}

TEST_P(SessionsTest, what_another_process_ends_is_refused_two_seconds_later_at_most)
{
    auto const user = add("ada");
    auto const issued = signed_in("ada");
    EXPECT_TRUE(accounts_.authenticate(issued.access_token));
    accounts::Accounts other({*database_, vault_, clock_, ids_}, cheap());
    EXPECT_TRUE(other.authenticate(issued.access_token)); // it takes what the first one signed
    other.sessions().revoke(accounts::Actor::system(), user.id, issued.principal.session_id);
    EXPECT_FALSE(other.authenticate(issued.access_token));
    clock_.advance(accounts::Known<accounts::Principal>::kept);
    EXPECT_FALSE(accounts_.authenticate(issued.access_token));
}

TEST_P(SessionsTest, a_new_role_counts_for_tokens_that_were_given_out_before)
{
    auto const user = add("ada", Role::Creator);
    auto const issued = signed_in("ada");
    EXPECT_EQ(accounts_.authenticate(issued.access_token)->role, Role::Creator);
    accounts_.users().change(accounts::Actor::system(), user.id, Role::Viewer, std::nullopt);
    EXPECT_EQ(accounts_.authenticate(issued.access_token)->role, Role::Viewer);
    accounts_.users().change(accounts::Actor::system(), user.id, std::nullopt, true);
    EXPECT_FALSE(accounts_.authenticate(issued.access_token));
    EXPECT_FALSE(accounts_.sessions().refresh({}, issued.refresh_token));
}

TEST_P(SessionsTest, a_refresh_token_is_used_once_and_its_successor_goes_on)
{
    add("ada");
    auto token = signed_in("ada").refresh_token;
    for (int i = 0; i < 5; ++i) {
        clock_.advance(std::chrono::hours(24));
        auto const next = accounts_.sessions().refresh({"192.0.2.1", "", ""}, token);
        ASSERT_TRUE(next) << i;
        EXPECT_NE(next->refresh_token, token);
        EXPECT_TRUE(accounts_.authenticate(next->access_token));
        token = next->refresh_token;
    }
    for (auto const* text : {"", "x", "et_x"}) EXPECT_FALSE(accounts_.sessions().refresh({}, text));
    EXPECT_FALSE(accounts_.sessions().refresh({}, std::string(5000, 'x')));
}

TEST_P(SessionsTest, a_refresh_token_that_is_shown_again_ends_the_whole_session)
{
    add("ada");
    auto const first = signed_in("ada");
    auto const second = accounts_.sessions().refresh({}, first.refresh_token).value();
    clock_.advance(accounts::refresh_grace + std::chrono::seconds(1));
    EXPECT_FALSE(
        accounts_.sessions().refresh({"203.0.113.9", "", ""}, first.refresh_token)); // stolen, or the thief was first
    EXPECT_FALSE(accounts_.authenticate(second.access_token));
    EXPECT_FALSE(accounts_.sessions().refresh({}, second.refresh_token));
    EXPECT_TRUE(did("session.reuse_detected"));
}

TEST_P(SessionsTest, two_tabs_may_refresh_at_once_and_only_one_line_goes_on)
{
    add("ada");
    auto const first = signed_in("ada");
    auto const one = accounts_.sessions().refresh({}, first.refresh_token);
    auto const two = accounts_.sessions().refresh({}, first.refresh_token); // within the grace
    ASSERT_TRUE(one && two);
    EXPECT_NE(one->refresh_token, two->refresh_token);
    EXPECT_TRUE(accounts_.authenticate(one->access_token));
    EXPECT_TRUE(accounts_.authenticate(two->access_token));
    EXPECT_TRUE(accounts_.sessions().refresh({}, two->refresh_token)); // the cookie that both tabs have now
    // Whoever comes with the other one later is not one of the tabs.
    EXPECT_FALSE(accounts_.sessions().refresh({}, one->refresh_token));
    EXPECT_FALSE(accounts_.authenticate(two->access_token));
}

TEST_P(SessionsTest, the_grace_is_for_a_few_and_not_once_their_line_went_on)
{
    add("ada");
    auto const first = signed_in("ada");
    for (int i = 0; i < accounts::refresh_children_max; ++i)
        EXPECT_TRUE(accounts_.sessions().refresh({}, first.refresh_token)) << i;
    EXPECT_FALSE(accounts_.sessions().refresh({}, first.refresh_token));
    auto const other = signed_in("ada");
    auto const next = accounts_.sessions().refresh({}, other.refresh_token).value();
    EXPECT_TRUE(accounts_.sessions().refresh({}, next.refresh_token));
    EXPECT_FALSE(accounts_.sessions().refresh({}, other.refresh_token));
}

TEST_P(SessionsTest, of_many_who_refresh_at_once_none_breaks_the_line)
{
    add("ada");
    auto const first = signed_in("ada");
    std::mutex mutex;
    std::vector<std::string> tokens;
    {
        std::latch together(3);
        std::vector<std::jthread> tabs;
        for (int i = 0; i < 3; ++i)
            tabs.emplace_back([&] {
                together.arrive_and_wait();
                auto const next = accounts_.sessions().refresh({}, first.refresh_token);
                std::scoped_lock const lock(mutex);
                if (next) tokens.push_back(next->refresh_token);
            });
    }
    ASSERT_EQ(tokens.size(), 3U);
    EXPECT_TRUE(accounts_.sessions().refresh({}, tokens.back()));
}

TEST_P(SessionsTest, one_that_is_not_used_or_too_old_is_over)
{
    add("ada");
    auto const unused = signed_in("ada");
    clock_.advance(std::chrono::hours(14 * 24));
    EXPECT_FALSE(accounts_.sessions().refresh({}, unused.refresh_token));
    auto issued = signed_in("ada");
    for (int day = 0; day < 59; ++day) {
        clock_.advance(std::chrono::hours(24));
        issued = accounts_.sessions().refresh({}, issued.refresh_token).value();
    }
    clock_.advance(std::chrono::hours(24));
    EXPECT_FALSE(accounts_.sessions().refresh({}, issued.refresh_token));
    EXPECT_FALSE(accounts_.authenticate(issued.access_token));
    clock_.advance(accounts::ended_sessions_kept + std::chrono::seconds(1));
    signed_in("ada"); // also sweeps
    EXPECT_EQ(database_->query("SELECT id FROM sessions").size(), 1U);
}

TEST_P(SessionsTest, a_user_has_no_more_of_them_than_the_limit)
{
    add("ada");
    auto const first = signed_in("ada");
    EXPECT_TRUE(accounts_.authenticate(first.access_token));
    for (int i = 0; i < accounts::sessions_max; ++i) signed_in("ada");
    EXPECT_EQ(accounts_.sessions().list(first.principal).size(), static_cast<std::size_t>(accounts::sessions_max));
    EXPECT_FALSE(accounts_.authenticate(first.access_token)); // the oldest went
}

TEST_P(SessionsTest, failures_are_slowed_down_for_the_user_and_a_success_makes_good)
{
    add("ada");
    for (int i = 0; i < accounts::user_backoff.free; ++i) EXPECT_EQ(sign_in("ada", "wrong").outcome, SignIn::Refused);
    auto wait = sign_in("ada");
    EXPECT_EQ(wait.outcome, SignIn::Wait); // even the right one
    EXPECT_EQ(wait.wait, accounts::user_backoff.first);
    clock_.advance(wait.wait);
    EXPECT_EQ(sign_in("ada", "wrong").outcome, SignIn::Refused);
    wait = sign_in("ada");
    EXPECT_EQ(wait.wait, 2 * accounts::user_backoff.first); // doubles
    clock_.advance(wait.wait);
    EXPECT_EQ(sign_in("ada").outcome, SignIn::Done);
    EXPECT_EQ(sign_in("ada", "wrong").outcome, SignIn::Refused);
    EXPECT_EQ(sign_in("ada").outcome, SignIn::Done); // it counts anew
}

TEST_P(SessionsTest, names_that_nobody_has_are_slowed_down_too)
{
    for (int i = 0; i < accounts::user_backoff.free; ++i) sign_in("nobody", "wrong");
    EXPECT_EQ(sign_in("nobody", "wrong").outcome, SignIn::Wait);
}

TEST_P(SessionsTest, an_address_that_tries_many_names_is_slowed_down)
{
    add("ada");
    for (int i = 0; i < accounts::address_backoff.free; ++i)
        EXPECT_EQ(sign_in(fmt::format("user{}", i), "wrong", "", "2001:db8::1").outcome, SignIn::Refused) << i;
    EXPECT_EQ(sign_in("ada", test::good_password, "", "2001:db8::2").outcome, SignIn::Wait); // the same network
    EXPECT_EQ(sign_in("ada", test::good_password, "", "2001:db8:0:1::2").outcome, SignIn::Done);
}

TEST_P(SessionsTest, strangers_who_guess_do_not_keep_a_user_out_of_the_usual_place)
{
    add("ada");
    EXPECT_EQ(sign_in("ada", test::good_password, "", "198.51.100.7").outcome, SignIn::Done);
    for (int i = 0; i < 8; ++i) sign_in("ada", "wrong", "", fmt::format("203.0.113.{}", i));
    EXPECT_EQ(sign_in("ada", test::good_password, "", "203.0.113.77").outcome, SignIn::Wait);
    EXPECT_EQ(sign_in("ada", test::good_password, "", "198.51.100.7").outcome, SignIn::Done);
}

TEST_P(SessionsTest, of_many_guesses_at_once_no_more_are_tried_than_one_after_the_other)
{
    add("ada");
    auto const before = accounts_.hasher().computed();
    {
        std::latch together(20);
        std::vector<std::jthread> guessers;
        for (int i = 0; i < 20; ++i)
            guessers.emplace_back([&, i] {
                together.arrive_and_wait();
                (void)sign_in("ada", fmt::format("guess number {}", i));
            });
    }
    EXPECT_EQ(accounts_.hasher().computed() - before, accounts::user_backoff.free);
}

TEST(Backoff, doubles_up_to_its_limit)
{
    accounts::Backoff const backoff;
    EXPECT_EQ(backoff.wait(4).count(), 0);
    EXPECT_EQ(backoff.wait(5).count(), 1'000);
    EXPECT_EQ(backoff.wait(8).count(), 8'000);
    EXPECT_EQ(backoff.wait(15).count(), 900'000);
    EXPECT_EQ(backoff.wait(1'000'000).count(), 900'000);
    EXPECT_EQ(accounts::address_block("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(accounts::address_block("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(accounts::address_block("192.0.2.1"), "192.0.2.1");
}
