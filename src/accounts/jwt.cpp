#include "accounts/jwt.h"

#include "accounts/codes.h"
#include "base/json.h"

#include <algorithm>
#include <sodium.h>

namespace accounts {

namespace json = boost::json;

static constexpr std::string_view header_begin = R"({"alg":"HS256","typ":"JWT","kid":")";
static constexpr std::string_view header_end = R"("})";
static constexpr int claims_depth_max = 4;

static std::string mac_of(std::string_view text, Key const& key)
{
    std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<unsigned char const*>(key.bytes().data()), Key::size);
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<unsigned char const*>(text.data()), text.size());
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
    sodium_memzero(&state, sizeof state);
    return mac;
}

static std::int64_t seconds_of(base::Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

static bool is_kid(std::string_view text)
{
    return !text.empty() && text.size() <= kid_bytes_max && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::string sign_jwt(Claims const& claims, Key const& key, std::string_view kid)
{
    auto const header = fmt::format("{}{}{}", header_begin, kid, header_end);
    auto const payload = json::serialize(json::object{{"iss", claims.issuer},
                                                      {"aud", claims.audience},
                                                      {"sub", claims.user_id},
                                                      {"sid", claims.session_id},
                                                      {"iat", seconds_of(claims.issued_at)},
                                                      {"nbf", seconds_of(claims.not_before)},
                                                      {"exp", seconds_of(claims.expires_at)}});
    auto const text = base64url(header) + "." + base64url(payload);
    return text + "." + base64url(mac_of(text, key));
}

/// The key id of a header that is ours to the last byte.
static std::optional<std::string> kid_of(std::string_view encoded)
{
    auto const header = from_base64url(encoded);
    if (!header || !header->starts_with(header_begin) || !header->ends_with(header_end) ||
        header->size() <= header_begin.size() + header_end.size())
        return std::nullopt;
    auto kid = header->substr(header_begin.size(), header->size() - header_begin.size() - header_end.size());
    if (!is_kid(kid)) return std::nullopt;
    return kid;
}

static std::optional<std::string> text_of(json::object const& claims, char const* name)
{
    auto const* value = claims.if_contains(name);
    auto const* text = value ? value->if_string() : nullptr;
    if (!text || text->empty()) return std::nullopt;
    return std::string(*text);
}

static std::optional<base::Time> time_of(json::object const& claims, char const* name)
{
    static constexpr std::int64_t seconds_max = 253'402'300'799; // 9999-12-31
    auto const* value = claims.if_contains(name);
    auto const* number = value ? value->if_int64() : nullptr;
    if (!number || *number < 0 || *number > seconds_max) return std::nullopt;
    return base::Time(std::chrono::seconds(*number));
}

static std::optional<Claims> read_claims(std::string_view encoded)
{
    auto const payload = from_base64url(encoded);
    if (!payload) return std::nullopt;
    json::parse_options options;
    options.max_depth = claims_depth_max;
    boost::system::error_code error;
    auto const value = json::parse(*payload, error, {}, options);
    auto const* object = error ? nullptr : value.if_object();
    if (!object) return std::nullopt;
    auto const issuer = text_of(*object, "iss"), audience = text_of(*object, "aud");
    auto const user = text_of(*object, "sub"), session = text_of(*object, "sid");
    auto const issued = time_of(*object, "iat"), begins = time_of(*object, "nbf"), ends = time_of(*object, "exp");
    if (!issuer || !audience || !user || !session || !issued || !begins || !ends) return std::nullopt;
    return Claims{*issuer, *audience, *user, *session, *issued, *begins, *ends};
}

static bool holds(Claims const& claims, base::Time now)
{
    return now < claims.expires_at + clock_skew_max && now + clock_skew_max >= claims.not_before &&
           now + clock_skew_max >= claims.issued_at && claims.expires_at > claims.issued_at &&
           claims.expires_at - claims.issued_at <= access_life_max;
}

std::optional<Claims> verify_jwt(std::string_view token, KeyFor const& key_for, std::string_view issuer,
                                 std::string_view audience, base::Time now)
{
    if (token.size() > jwt_bytes_max) return std::nullopt;
    auto const first = token.find('.');
    auto const second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
    auto const kid = kid_of(token.substr(0, first));
    auto const signature = from_base64url(token.substr(second + 1));
    if (!kid || !signature || signature->size() != crypto_auth_hmacsha256_BYTES) return std::nullopt;
    auto const key = key_for(*kid);
    if (!key) return std::nullopt;
    auto const mac = mac_of(token.substr(0, second), *key);
    if (sodium_memcmp(mac.data(), signature->data(), mac.size()) != 0) return std::nullopt;
    auto claims = read_claims(token.substr(first + 1, second - first - 1)); // not looked at before it was proved ours
    if (!claims || claims->issuer != issuer || claims->audience != audience || !holds(*claims, now))
        return std::nullopt;
    return claims;
}

} // namespace accounts
