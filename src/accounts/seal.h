#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace accounts {

/// 32 secret bytes, wiped when it goes.
class Key {
public:
    static constexpr std::size_t size = 32;
    Key() = default; ///< zeros; for reading into
    Key(Key const&) = default;
    Key& operator=(Key const&) = default;
    ~Key();
    static Key random();
    /// 32 bytes as they are.
    static std::optional<Key> from_bytes(std::string_view bytes);
    /// 64 hexadecimal digits, or Base64 of 32 bytes.
    static std::optional<Key> from_text(std::string_view text);
    std::string hex() const;
    std::string_view bytes() const { return {reinterpret_cast<char const*>(bytes_.data()), size}; }
    /// Says which key it is and nothing about it: the first 16 digits of a keyed hash.
    std::string fingerprint() const;

private:
    std::array<unsigned char, size> bytes_{};
};

/// XChaCha20-Poly1305 with a random nonce in front, as Base64. What `context` says must be the same to open it.
std::string seal(Key const& key, std::string_view secret, std::string_view context);
/// Nothing where the key, the context or a single bit is another.
std::optional<std::string> open(Key const& key, std::string_view sealed, std::string_view context);

} // namespace accounts
