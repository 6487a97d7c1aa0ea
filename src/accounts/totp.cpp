#include "accounts/totp.h"

#include "accounts/codes.h"

#include <array>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace accounts {

std::string totp_code(std::string_view secret, std::int64_t step)
{
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter.at(7 - i) = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * i));
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned length = 0;
    HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(), hash.data(),
         &length);
    auto const at = hash.at(length - 1) & 15U; // dynamic truncation, RFC 4226 section 5.3
    auto const number = (hash.at(at) & 127U) << 24U | static_cast<unsigned>(hash.at(at + 1)) << 16U |
                        static_cast<unsigned>(hash.at(at + 2)) << 8U | hash.at(at + 3);
    return fmt::format("{:06}", number % 1'000'000U);
}

std::int64_t totp_step(base::Time time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count() / totp_step_seconds;
}

std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code, base::Time now)
{
    std::optional<std::int64_t> found;
    for (auto step = totp_step(now) - totp_steps_off_max; step <= totp_step(now) + totp_steps_off_max; ++step)
        if (same_secret(code, totp_code(secret, step))) found = step;
    return found;
}

std::string totp_uri(std::string_view secret, std::string_view user_name)
{
    return fmt::format("otpauth://totp/ettametta:{}?secret={}&issuer=ettametta&algorithm=SHA1&digits={}&period={}",
                       user_name, base32(secret), totp_digits, totp_step_seconds);
}

} // namespace accounts
