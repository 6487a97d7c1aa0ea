#include "accounts_case.h"

using accounts::SignIn;
using base::ErrorCode;

class SecondFactorTest : public test::AccountsCase {};
ON_BOTH_DATABASES(SecondFactorTest);

TEST_P(SecondFactorTest, a_code_is_needed_beside_the_password_once_it_is_on)
{
    auto const user = add("ada");
    auto const secret = with_second_factor(user.id);
    EXPECT_TRUE(accounts_.users().get(user.id).second_factor);
    EXPECT_EQ(sign_in("ada").outcome, SignIn::CodeNeeded);
    EXPECT_EQ(sign_in("ada", "not the right one").outcome, SignIn::Refused); // says nothing of the code
    EXPECT_EQ(sign_in("ada", test::good_password, "000000").outcome, SignIn::Refused);
    auto const done = sign_in("ada", test::good_password, code_now(secret));
    ASSERT_EQ(done.outcome, SignIn::Done);
    EXPECT_TRUE(accounts_.sessions().list(done.issued->principal).front().second_factor);
}

TEST_P(SecondFactorTest, a_code_is_taken_once)
{
    auto const user = add("ada");
    auto const secret = with_second_factor(user.id);
    auto const code = code_now(secret);
    EXPECT_EQ(sign_in("ada", test::good_password, code).outcome, SignIn::Done);
    EXPECT_EQ(sign_in("ada", test::good_password, code).outcome, SignIn::Refused);
    // Nor one of a step before it, though the clock would let it pass.
    auto const before = accounts::totp_code(secret, accounts::totp_step(clock_.now()) - 1);
    EXPECT_EQ(sign_in("ada", test::good_password, before).outcome, SignIn::Refused);
    clock_.advance(std::chrono::seconds(30));
    EXPECT_EQ(sign_in("ada", test::good_password, code_now(secret)).outcome, SignIn::Done);
}

TEST_P(SecondFactorTest, a_recovery_code_opens_once_instead)
{
    auto const user = add("ada");
    std::vector<std::string> codes;
    with_second_factor(user.id, &codes);
    ASSERT_EQ(codes.size(), static_cast<std::size_t>(accounts::recovery_codes_count));
    EXPECT_EQ(sign_in("ada", test::good_password, codes[3]).outcome, SignIn::Done);
    EXPECT_EQ(sign_in("ada", test::good_password, codes[3]).outcome, SignIn::Refused);
    EXPECT_EQ(sign_in("ada", test::good_password, " " + base::lower_ascii(codes[4]) + " ").outcome, SignIn::Done);
    EXPECT_EQ(accounts_.second_factor().codes_left(user.id), accounts::recovery_codes_count - 2);
    auto const fresh = accounts_.second_factor().new_codes(accounts::Actor::system(), user.id);
    EXPECT_EQ(sign_in("ada", test::good_password, codes[5]).outcome, SignIn::Refused);
    EXPECT_EQ(sign_in("ada", test::good_password, fresh[0]).outcome, SignIn::Done);
    auto const other = add("bob");
    with_second_factor(other.id);
    EXPECT_EQ(sign_in("bob", test::good_password, fresh[1]).outcome, SignIn::Refused); // they are one user's
}

TEST_P(SecondFactorTest, wrong_codes_are_slowed_down_like_wrong_passwords)
{
    auto const user = add("ada");
    with_second_factor(user.id);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("ada", test::good_password, "000000").outcome, SignIn::Refused);
    EXPECT_EQ(sign_in("ada", test::good_password, "000000").outcome, SignIn::Wait);
}

TEST_P(SecondFactorTest, it_counts_only_once_the_authenticator_was_seen_to_have_it)
{
    auto const user = add("ada");
    auto const offer = accounts_.second_factor().begin(accounts::Actor::system(), user.id);
    EXPECT_EQ(offer.secret.size(), 32U);
    EXPECT_EQ(sign_in("ada").outcome, SignIn::Done); // pending
    EXPECT_EQ(
        test::error_of([&] { accounts_.second_factor().confirm(accounts::Actor::system(), user.id, "000000"); }).code,
        ErrorCode::Forbidden);
    with_second_factor(user.id);
    EXPECT_EQ(test::error_of([&] { accounts_.second_factor().begin(accounts::Actor::system(), user.id); }).code,
              ErrorCode::Conflict);
    accounts_.second_factor().end(accounts::Actor::system(), user.id);
    EXPECT_EQ(sign_in("ada").outcome, SignIn::Done);
    EXPECT_FALSE(vault_.find(std::string(accounts::vault_owner), "totp." + user.id));
}

TEST_P(SecondFactorTest, neither_its_secret_nor_its_codes_lie_in_the_database)
{
    auto const user = add("ada");
    std::vector<std::string> codes;
    auto const secret = with_second_factor(user.id, &codes);
    std::string stored;
    for (auto const* sql : {"SELECT sealed FROM secrets", "SELECT hash FROM recovery_codes",
                            "SELECT details FROM audit_log", "SELECT password_hash FROM users"})
        for (auto const& row : database_->query(sql)) stored += row.get<std::string>(0) + "\n";
    EXPECT_EQ(stored.find(accounts::base64url(secret)), std::string::npos);
    EXPECT_EQ(stored.find(accounts::base32(secret)), std::string::npos);
    for (auto const& code : codes) EXPECT_EQ(stored.find(code), std::string::npos);
}
