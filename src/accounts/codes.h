#pragma once
#include "base/hash.h"

#include <optional>
#include <string>
#include <string_view>

/// Random texts that open doors, and how they are kept and compared.
namespace accounts {

inline constexpr std::size_t token_bytes = 32; ///< 256 bits: nobody guesses it, so a plain hash keeps it

/// Random bytes as URL-safe Base64 without padding: 43 characters for 32 bytes.
std::string random_code(std::size_t bytes = token_bytes);
/// "abcd-efgh-ijkl-mnop-qrst-uvwx": 120 random bits that people can type; enough for a plain hash to keep them.
std::string random_words();
/// What is kept of a code: SHA-256, in hexadecimal digits.
std::string hash_of(std::string_view code);
/// In a time that depends on neither text.
bool same_secret(std::string_view given, std::string_view wanted);

using base::base64url;
using base::from_base64url;
/// RFC 4648, upper case, without padding: as authenticator apps read it.
std::string base32(std::string_view bytes);

} // namespace accounts
