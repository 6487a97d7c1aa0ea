#pragma once
#include "accounts/seal.h"
#include "base/clock.h"

#include <functional>

/// Access tokens: JWS in its compact form with HMAC-SHA256 and nothing else (RFC 7515, 7518, 7519). The algorithm is a
/// part of the program, not of the token: a header that is not, byte for byte, the one we write is refused.
namespace accounts {

inline constexpr std::size_t jwt_bytes_max = 2048;
inline constexpr std::size_t kid_bytes_max = 64;
inline constexpr base::Milliseconds clock_skew_max{30'000};     ///< between machines that share a database
inline constexpr base::Milliseconds access_life_max{3'600'000}; ///< a token that promises more is refused

struct Claims {
    std::string issuer;
    std::string audience;
    std::string user_id;    ///< sub
    std::string session_id; ///< sid
    base::Time issued_at{};
    base::Time not_before{};
    base::Time expires_at{};
};

std::string sign_jwt(Claims const& claims, Key const& key, std::string_view kid);

/// Finds the key of that id, if it is one of ours.
using KeyFor = std::function<std::optional<Key>(std::string_view kid)>;

/// The claims of a token that one of our keys signed, for this issuer and audience, that holds now. Nothing otherwise:
/// whoever shows another is told no more than that. All claims are required; others beside them are passed over.
std::optional<Claims> verify_jwt(std::string_view token, KeyFor const& key_for, std::string_view issuer,
                                 std::string_view audience, base::Time now);

} // namespace accounts
