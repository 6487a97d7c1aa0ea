#include "accounts/codes.h"

#include "base/error.h"
#include "base/text.h"

#include <array>
#include <sodium.h>

namespace accounts {

static constexpr std::size_t word_bytes = 15;

static std::string random_bytes(std::size_t count)
{
    if (sodium_init() < 0) base::fail(base::ErrorCode::Internal, "libsodium did not start");
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string random_code(std::size_t bytes) { return base64url(random_bytes(bytes)); }

std::string random_words()
{
    auto const letters = base::lower_ascii(base32(random_bytes(word_bytes)));
    std::string out;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (i > 0 && i % 4 == 0) out += '-';
        out += letters[i];
    }
    return out;
}

std::string hash_of(std::string_view code) { return base::sha256(code); }

bool same_secret(std::string_view given, std::string_view wanted)
{
    auto const one = base::sha256(given);
    auto const other = base::sha256(wanted);
    return sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string base32(std::string_view bytes)
{
    static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    unsigned held = 0;
    int bits = 0;
    for (auto const byte : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(byte);
        bits += 8;
        for (; bits >= 5; bits -= 5) out += letters[held >> (bits - 5) & 31U];
        held &= (1U << bits) - 1U;
    }
    if (bits > 0) out += letters[held << (5 - bits) & 31U];
    return out;
}

} // namespace accounts
