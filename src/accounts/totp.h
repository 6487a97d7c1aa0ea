#pragma once
#include "base/clock.h"

/// Time-based codes of a second factor, RFC 6238: HMAC-SHA-1, six digits, thirty seconds, for that is what every
/// authenticator reads.
namespace accounts {

inline constexpr std::size_t totp_secret_bytes = 20; ///< RFC 4226: as long as the hash
inline constexpr int totp_digits = 6;
inline constexpr std::int64_t totp_step_seconds = 30;
inline constexpr std::int64_t totp_steps_off_max = 1; ///< a clock may be so many steps off

std::string totp_code(std::string_view secret, std::int64_t step);
std::int64_t totp_step(base::Time time);
/// The step whose code this is, near now; nothing where there is none.
std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code, base::Time now);
/// otpauth://totp/ettametta:ada?secret=...: what a QR code shows.
std::string totp_uri(std::string_view secret, std::string_view user_name);

} // namespace accounts
