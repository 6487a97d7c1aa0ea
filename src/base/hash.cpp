#include "base/hash.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sodium.h>
#include <vector>

namespace base {

struct Sha256::State {
    crypto_hash_sha256_state sodium;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->sodium); }
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes)
{
    crypto_hash_sha256_update(&state_->sodium, reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size());
}

std::string Sha256::hex()
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state_->sodium, digest.data());
    std::string out;
    for (auto const byte : digest) out += fmt::format("{:02x}", byte);
    return out;
}

std::string sha256(std::string_view bytes)
{
    Sha256 hash;
    hash.update(bytes);
    return hash.hex();
}

std::string hmac_sha256(std::string_view key, std::string_view message)
{
    auto const bytes = [](std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); };
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes(message), message.size());
    std::string out(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(out.data()));
    sodium_memzero(&state, sizeof state);
    return out;
}

std::string hex(std::string_view bytes)
{
    std::string out;
    for (auto const byte : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return out;
}

std::string sha256_file(std::filesystem::path const& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in) fail_errno(errno, "read", path.string());
    Sha256 hash;
    std::vector<char> buffer(1 << 18);
    while (in) {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        hash.update({buffer.data(), static_cast<std::size_t>(in.gcount())});
    }
    if (in.bad()) fail_errno(EIO, "read", path.string());
    return hash.hex();
}

static constexpr int common = sodium_base64_VARIANT_ORIGINAL;
static constexpr int of_urls = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

static std::string encode(std::string_view bytes, int variant)
{
    std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(),
                      variant);
    out.pop_back(); // its end mark
    return out;
}

static std::optional<std::string> decode(std::string_view text, int variant)
{
    // sodium 1.0.18 takes bytes above 127 for the last two letters of the alphabet.
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x7F; })) return std::nullopt;
    std::string out(text.size(), '\0');
    std::size_t length = 0;
    char const* end = nullptr;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                          &length, &end, variant) != 0 ||
        end != text.data() + text.size())
        return std::nullopt;
    out.resize(length);
    return out;
}

std::string base64(std::string_view bytes) { return encode(bytes, common); }
std::string base64url(std::string_view bytes) { return encode(bytes, of_urls); }
std::optional<std::string> from_base64(std::string_view text) { return decode(text, common); }
std::optional<std::string> from_base64url(std::string_view text) { return decode(text, of_urls); }

} // namespace base
