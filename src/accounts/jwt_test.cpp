#include "accounts/jwt.h"

#include "accounts/codes.h"
#include "base/json.h"
#include "support.h"

#include <openssl/hmac.h>

using accounts::base64url;
using accounts::Claims;
using accounts::Key;

class Jwt : public testing::Test {
protected:
    base::Time now_ = *base::parse_time("2026-11-20T10:00:00Z");
    Key key_ = Key::random();
    Claims claims_{"ettametta", "ettametta-api", "u1", "s1", now_, now_, now_ + base::Milliseconds(600'000)};
    std::string token_ = accounts::sign_jwt(claims_, key_, "k1");

    std::optional<Claims> verify(std::string_view token) const { return verify(token, now_); }
    std::optional<Claims> verify(std::string_view token, base::Time at) const
    {
        return accounts::verify_jwt(
            token, [&](std::string_view kid) { return kid == "k1" ? std::optional(key_) : std::nullopt; }, "ettametta",
            "ettametta-api", at);
    }
    /// A token with any header and payload, signed with our key by another library than ours.
    std::string forged(std::string const& header, std::string const& payload) const
    {
        auto const text = base64url(header) + "." + base64url(payload);
        unsigned char mac[32];
        unsigned length = 0;
        HMAC(EVP_sha256(), key_.bytes().data(), Key::size, reinterpret_cast<unsigned char const*>(text.data()),
             text.size(), mac, &length);
        return text + "." + base64url({reinterpret_cast<char const*>(mac), length});
    }
    base::json::object payload() const
    {
        auto const begin = std::chrono::floor<std::chrono::seconds>(now_).time_since_epoch().count();
        return {{"iss", "ettametta"}, {"aud", "ettametta-api"}, {"sub", "u1"},       {"sid", "s1"},
                {"iat", begin},       {"nbf", begin},           {"exp", begin + 600}};
    }
    std::string const header_ = R"({"alg":"HS256","typ":"JWT","kid":"k1"})";
};

TEST_F(Jwt, what_we_sign_opens_and_says_whose_it_is)
{
    auto const claims = verify(token_);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->user_id, "u1");
    EXPECT_EQ(claims->session_id, "s1");
    EXPECT_TRUE(verify(forged(header_, base::json::serialize(payload())))); // another library's HMAC is the same
    auto more = payload();
    more["new_claim"] = "of a newer program";
    EXPECT_TRUE(verify(forged(header_, base::json::serialize(more))));
}

TEST_F(Jwt, no_header_but_ours_is_taken_even_where_the_signature_is_right)
{
    auto const body = base::json::serialize(payload());
    for (auto const* header : {R"({"alg":"none","typ":"JWT","kid":"k1"})",
                               R"({"alg":"None","typ":"JWT","kid":"k1"})",
                               R"({"alg":"","typ":"JWT","kid":"k1"})",
                               R"({"typ":"JWT","kid":"k1"})",
                               R"({"alg":"HS384","typ":"JWT","kid":"k1"})",
                               R"({"alg":"HS512","typ":"JWT","kid":"k1"})",
                               R"({"alg":"RS256","typ":"JWT","kid":"k1"})",
                               R"({"alg":"ES256","typ":"JWT","kid":"k1"})",
                               R"({"alg":"PS256","typ":"JWT","kid":"k1"})",
                               R"({"alg":"hs256","typ":"JWT","kid":"k1"})",
                               R"({"alg":["HS256"],"typ":"JWT","kid":"k1"})",
                               R"({"alg":"HS256","alg":"none","typ":"JWT","kid":"k1"})",
                               R"({"alg":"HS256","typ":"JWT","kid":"k1","crit":["exp"]})",
                               R"({"alg":"HS256","typ":"JWT","kid":"k1","jwk":{"kty":"oct","k":"AAAA"}})",
                               R"({"alg":"HS256","typ":"JWT","kid":"k1","jku":"https://evil.example/keys"})",
                               R"({"alg":"HS256","typ":"JWT","kid":"k1","x5u":"https://evil.example/cert"})",
                               R"({"alg":"HS256","typ":"at+jwt","kid":"k1"})",
                               R"({"kid":"k1","alg":"HS256","typ":"JWT"})",
                               R"({"alg":"HS256","typ":"JWT","kid":"../../dev/null"})",
                               R"({"alg":"HS256","typ":"JWT","kid":"k1' OR '1"})",
                               R"({"alg":"HS256","typ":"JWT","kid":""})",
                               R"({"alg":"HS256","typ":"JWT"})",
                               "{}",
                               "[]",
                               "null",
                               ""})
        EXPECT_FALSE(verify(forged(header, body))) << header;
}

TEST_F(Jwt, a_token_without_a_signature_is_refused)
{
    auto const body = base64url(base::json::serialize(payload()));
    for (auto const* header : {R"({"alg":"none"})", R"({"alg":"none","typ":"JWT","kid":"k1"})", header_.c_str()})
        for (auto const* signature : {"", "AA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
            EXPECT_FALSE(verify(base64url(header) + "." + body + "." + signature)) << header;
    EXPECT_FALSE(verify(base64url(header_) + "." + body));
}

TEST_F(Jwt, a_single_changed_character_is_refused)
{
    for (std::size_t i = 0; i < token_.size(); ++i) {
        auto changed = token_;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(verify(changed)) << i;
    }
    EXPECT_FALSE(verify(token_ + "A"));
    EXPECT_FALSE(verify(token_ + "."));
    EXPECT_FALSE(verify(token_ + "="));
    EXPECT_FALSE(verify(" " + token_));
    EXPECT_FALSE(verify(token_.substr(1)));
}

TEST_F(Jwt, another_key_or_an_unknown_one_opens_nothing)
{
    EXPECT_FALSE(verify(accounts::sign_jwt(claims_, Key::random(), "k1")));
    EXPECT_FALSE(verify(accounts::sign_jwt(claims_, key_, "k2")));
}

TEST_F(Jwt, it_holds_in_its_time_give_or_take_half_a_minute)
{
    auto const seconds = [&](int count) { return now_ + std::chrono::seconds(count); };
    EXPECT_TRUE(verify(token_, seconds(600 + 29)));
    EXPECT_FALSE(verify(token_, seconds(600 + 30)));
    EXPECT_TRUE(verify(token_, seconds(-30)));
    EXPECT_FALSE(verify(token_, seconds(-31)));
    auto later = claims_;
    later.not_before = seconds(120);
    EXPECT_FALSE(verify(accounts::sign_jwt(later, key_, "k1")));
    auto endless = claims_;
    endless.expires_at = now_ + accounts::access_life_max + std::chrono::seconds(1);
    EXPECT_FALSE(verify(accounts::sign_jwt(endless, key_, "k1")));
    auto backwards = claims_;
    backwards.expires_at = now_ - std::chrono::seconds(10);
    EXPECT_FALSE(verify(accounts::sign_jwt(backwards, key_, "k1"))); // within the skew, but over before it began
}

TEST_F(Jwt, every_claim_is_required_and_has_its_type)
{
    for (auto const* name : {"iss", "aud", "sub", "sid", "iat", "nbf", "exp"}) {
        auto without = payload();
        without.erase(name);
        EXPECT_FALSE(verify(forged(header_, base::json::serialize(without)))) << name;
        for (auto const* value : {"null", "true", "[]", "{}", "\"\"", "1.5", "-1", "1e300", "99999999999999999"}) {
            auto changed = payload();
            changed[name] = base::parse_json(value, "value");
            EXPECT_FALSE(verify(forged(header_, base::json::serialize(changed)))) << name << " " << value;
        }
    }
    for (auto const* text : {"", "{", "[]", "\"x\"", "{\"exp\":{\"a\":{\"b\":{\"c\":{\"d\":1}}}}}"})
        EXPECT_FALSE(verify(forged(header_, text))) << text;
}

TEST_F(Jwt, it_is_for_us_and_from_us)
{
    for (auto const* name : {"iss", "aud"}) {
        auto other = payload();
        other[name] = "somebody-else";
        EXPECT_FALSE(verify(forged(header_, base::json::serialize(other)))) << name;
    }
    auto list = payload();
    list["aud"] = base::json::array{"ettametta-api", "other"};
    EXPECT_FALSE(verify(forged(header_, base::json::serialize(list))));
}

TEST_F(Jwt, nothing_larger_than_its_limit_is_looked_at)
{
    auto large = payload();
    large["padding"] = std::string(accounts::jwt_bytes_max, 'x');
    EXPECT_FALSE(verify(forged(header_, base::json::serialize(large))));
    for (auto const* text : {"", ".", "..", "...", "a.b.c", "\xff.\xff.\xff"}) EXPECT_FALSE(verify(text)) << text;
}
