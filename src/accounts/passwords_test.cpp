#include "accounts/passwords.h"

#include "support.h"

#include <latch>

using base::ErrorCode;

static std::string refusal(std::string_view password, std::string_view user = "ada")
{
    accounts::PasswordPolicy policy(test::source_folder() / "catalog/passwords/common.txt");
    try {
        policy.check(password, user);
    } catch (base::Error const& error) {
        EXPECT_EQ(error.code, ErrorCode::InvalidInput);
        EXPECT_TRUE(password.size() < 6 || std::string(error.what()).find(password) == std::string::npos);
        return error.what();
    }
    return "";
}

TEST(PasswordPolicy, asks_for_length_and_for_nothing_else)
{
    for (auto const* fine :
         {"correct horse battery", "vier kleine enten", "aaaaaaab aaaaac", "0192837465 00 1", "            .    x   y"})
        EXPECT_EQ(refusal(fine), "") << fine;
    EXPECT_NE(refusal("elevenchars").find("11 characters, and 12 to 128"), std::string::npos);
    std::string text;
    while (text.size() < 128) text += fmt::format("{} ", text.size());
    text.resize(128);
    EXPECT_EQ(refusal(text), "");
    EXPECT_NE(refusal(text + "x"), "");
}

TEST(PasswordPolicy, counts_characters_and_not_bytes)
{
    EXPECT_NE(refusal("пять уток"), "");
    EXPECT_EQ(refusal("двенадцать уток"), "");
    EXPECT_EQ(refusal("четыре утки там"), "");
    EXPECT_NE(refusal("not utf-8 \xff at all"), "");
    EXPECT_NE(refusal(std::string("zero\0in the midst", 17)), "");
}

TEST(PasswordPolicy, refuses_what_everybody_tries_first)
{
    for (auto const* common :
         {"qwertyuiop123", "Password1234", "password1234!", "PASSWORDPASSWORD", "iloveyou2026", "123456789012",
          "111111111111", "abababababab", "abcabcabcabcabc", "qwerty123456", "letmein!!!!!!!"})
        EXPECT_NE(refusal(common), "") << common;
    accounts::PasswordPolicy policy(test::source_folder() / "catalog/passwords/common.txt");
    EXPECT_GE(policy.common_count(), 10'000U);
}

TEST(PasswordPolicy, refuses_the_users_name_and_ours)
{
    EXPECT_NE(refusal("margaret-2026", "margaret"), "");
    EXPECT_NE(refusal("ettametta2026"), "");
    EXPECT_NE(refusal("ettamettaada1", "ada"), "");
    EXPECT_EQ(refusal("margaret likes soup", "margaret"), "");
}

TEST(PasswordPolicy, says_so_where_the_list_is_missing)
{
    accounts::PasswordPolicy policy("/nowhere/common.txt");
    EXPECT_NE(test::error_of([&] { policy.check("correct horse battery", "ada"); }).code, ErrorCode::Internal);
}

TEST(PasswordHasher, only_the_password_opens_its_hash)
{
    accounts::PasswordHasher hasher({.passes = 1, .memory_bytes = 8192}, 8);
    auto const hash = hasher.hash("correct horse battery");
    EXPECT_TRUE(hash.starts_with("$argon2id$"));
    EXPECT_NE(hasher.hash("correct horse battery"), hash);
    EXPECT_TRUE(hasher.verify("correct horse battery", hash));
    EXPECT_FALSE(hasher.verify("correct horse batterx", hash));
    EXPECT_FALSE(hasher.verify("", hash));
    EXPECT_FALSE(hasher.verify("correct horse battery", ""));
    EXPECT_FALSE(hasher.verify("correct horse battery", "$argon2id$nonsense"));
    EXPECT_FALSE(hasher.is_outdated(hash));
    EXPECT_TRUE(accounts::PasswordHasher({.passes = 2, .memory_bytes = 8192}, 8).is_outdated(hash));
}

TEST(PasswordHasher, a_name_that_nobody_has_costs_the_same_hash)
{
    accounts::PasswordHasher hasher({.passes = 1, .memory_bytes = 8192}, 8);
    EXPECT_FALSE(hasher.verify_nobody("correct horse battery"));
    EXPECT_EQ(hasher.computed(), 1);
    // The stand-in must be one that libsodium really computes against, with this cost.
    EXPECT_FALSE(hasher.is_outdated(accounts::PasswordHasher::stand_in({.passes = 1, .memory_bytes = 8192})));
    EXPECT_FALSE(accounts::PasswordHasher({}, 1).is_outdated(accounts::PasswordHasher::stand_in({})));
}

TEST(PasswordHasher, more_at_once_than_may_wait_are_told_to_come_again)
{
    accounts::PasswordHasher hasher({.passes = 3, .memory_bytes = 32U << 20U}, 1);
    std::atomic<int> limited = 0;
    std::atomic<int> done = 0;
    {
        std::latch together(12);
        std::vector<std::jthread> many; // joined before what they wait at goes
        for (int i = 0; i < 12; ++i)
            many.emplace_back([&] {
                together.arrive_and_wait();
                try {
                    (void)hasher.hash("correct horse battery");
                    ++done;
                } catch (base::Error const& error) {
                    EXPECT_EQ(error.code, ErrorCode::RateLimited);
                    ++limited;
                }
            });
    }
    EXPECT_GT(limited, 0);
    EXPECT_GT(done, 0);
    EXPECT_EQ(limited + done, 12);
}
