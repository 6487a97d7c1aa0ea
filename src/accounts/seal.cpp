#include "accounts/seal.h"

#include "base/error.h"
#include "base/hash.h"

#include <algorithm>
#include <sodium.h>

namespace accounts {

static constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static constexpr int base64_variant = sodium_base64_VARIANT_ORIGINAL;
static_assert(Key::size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

static unsigned char const* bytes_of(std::string_view text)
{
    return reinterpret_cast<unsigned char const*>(text.data());
}

static void start()
{
    if (sodium_init() < 0) base::fail(base::ErrorCode::Internal, "libsodium did not start");
}

Key::~Key() { sodium_memzero(bytes_.data(), bytes_.size()); }

Key Key::random()
{
    start();
    Key key;
    randombytes_buf(key.bytes_.data(), key.bytes_.size());
    return key;
}

std::optional<Key> Key::from_bytes(std::string_view bytes)
{
    if (bytes.size() != size) return std::nullopt;
    Key key;
    std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
    return key;
}

std::optional<Key> Key::from_text(std::string_view text)
{
    std::string decoded(size, '\0');
    std::size_t length = 0;
    auto const hexadecimal =
        text.size() == 2 * size && sodium_hex2bin(reinterpret_cast<unsigned char*>(decoded.data()), size, text.data(),
                                                  text.size(), nullptr, &length, nullptr) == 0;
    auto const bytes = hexadecimal ? std::optional(decoded) : base::from_base64(text);
    auto key = bytes ? from_bytes(*bytes) : std::nullopt;
    sodium_memzero(decoded.data(), decoded.size());
    return key;
}

std::string Key::hex() const
{
    std::string out(2 * size + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), bytes_.data(), bytes_.size());
    out.pop_back();
    return out;
}

std::string Key::fingerprint() const
{
    start();
    static constexpr std::string_view purpose = "ettametta vault key fingerprint";
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(), hash.size(), bytes_of(purpose), purpose.size(), bytes_.data(), bytes_.size());
    std::array<char, 17> text{};
    sodium_bin2hex(text.data(), text.size(), hash.data(), 8);
    return text.data();
}

std::string seal(Key const& key, std::string_view secret, std::string_view context)
{
    start();
    std::string sealed(nonce_bytes + secret.size() + tag_bytes, '\0');
    auto* const nonce = reinterpret_cast<unsigned char*>(sealed.data());
    randombytes_buf(nonce, nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_bytes, nullptr, bytes_of(secret), secret.size(),
                                               bytes_of(context), context.size(), nullptr, nonce,
                                               bytes_of(key.bytes()));
    std::string text(sodium_base64_encoded_len(sealed.size(), base64_variant), '\0');
    sodium_bin2base64(text.data(), text.size(), nonce, sealed.size(), base64_variant);
    text.pop_back(); // the closing zero
    return text;
}

std::optional<std::string> open(Key const& key, std::string_view sealed, std::string_view context)
{
    auto const bytes = base::from_base64(sealed);
    if (!bytes || bytes->size() < nonce_bytes + tag_bytes) return std::nullopt;
    std::string secret(bytes->size() - nonce_bytes - tag_bytes, '\0');
    auto const* const nonce = bytes_of(*bytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(secret.data()), nullptr, nullptr,
                                                   nonce + nonce_bytes, bytes->size() - nonce_bytes, bytes_of(context),
                                                   context.size(), nonce, bytes_of(key.bytes())) != 0)
        return std::nullopt;
    return secret;
}

} // namespace accounts
