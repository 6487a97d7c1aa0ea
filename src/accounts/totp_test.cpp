#include "accounts/totp.h"

#include "accounts/codes.h"
#include "support.h"

static base::Time at(std::int64_t seconds) { return base::Time(std::chrono::seconds(seconds)); }

TEST(Totp, gives_the_codes_of_the_standard)
{
    // RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    for (auto const& [seconds, code] : std::vector<std::pair<std::int64_t, std::string>>{{59, "287082"},
                                                                                         {1111111109, "081804"},
                                                                                         {1111111111, "050471"},
                                                                                         {1234567890, "005924"},
                                                                                         {2000000000, "279037"},
                                                                                         {20000000000, "353130"}})
        EXPECT_EQ(accounts::totp_code("12345678901234567890", accounts::totp_step(at(seconds))), code);
}

TEST(Totp, takes_a_code_of_the_step_before_and_after_and_no_other)
{
    std::string const secret = "12345678901234567890";
    auto const now = at(1'234'567'890);
    auto const step = accounts::totp_step(now);
    for (auto const off : {-1, 0, 1})
        EXPECT_EQ(accounts::find_totp_step(secret, accounts::totp_code(secret, step + off), now), step + off);
    for (auto const off : {-3, -2, 2, 3})
        EXPECT_FALSE(accounts::find_totp_step(secret, accounts::totp_code(secret, step + off), now)) << off;
    for (auto const* code : {"", "0", "0000000", "abcdef", " 05924"})
        EXPECT_FALSE(accounts::find_totp_step(secret, code, now)) << code;
}

TEST(Totp, is_told_to_an_authenticator_as_it_expects)
{
    EXPECT_EQ(accounts::totp_uri("12345678901234567890", "ada"),
              "otpauth://totp/ettametta:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ettametta&algorithm=SHA1"
              "&digits=6&period=30");
}

TEST(Codes, base32_is_that_of_the_standard)
{
    // RFC 4648, section 10, without padding.
    for (auto const& [text, code] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                     {"f", "MY"},
                                                                                     {"fo", "MZXQ"},
                                                                                     {"foo", "MZXW6"},
                                                                                     {"foob", "MZXW6YQ"},
                                                                                     {"fooba", "MZXW6YTB"},
                                                                                     {"foobar", "MZXW6YTBOI"}})
        EXPECT_EQ(accounts::base32(text), code);
}

TEST(Codes, are_long_and_never_the_same)
{
    EXPECT_EQ(accounts::random_code().size(), 43U);
    EXPECT_NE(accounts::random_code(), accounts::random_code());
    EXPECT_EQ(accounts::random_words().size(), 29U);
    EXPECT_NE(accounts::random_words(), accounts::random_words());
    EXPECT_TRUE(accounts::same_secret("one", "one"));
    EXPECT_FALSE(accounts::same_secret("one", "two"));
    EXPECT_FALSE(accounts::same_secret("one", "one "));
}

TEST(Codes, one_text_stands_for_each_bytes)
{
    EXPECT_EQ(accounts::from_base64url("AA"), std::string(1, '\0'));
    for (auto const* text : {"AB", "A", "AA=", "AA==", "A+", "A/", "A A", "AA\n", "\xB0w"})
        EXPECT_FALSE(accounts::from_base64url(text)) << text;
}
