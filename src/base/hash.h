#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace base {

/// SHA-256, piece by piece. hex() ends it: 64 lower-case digits.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    void update(std::string_view bytes);
    std::string hex();

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string sha256(std::string_view bytes);
/// RFC 2104 with SHA-256: 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);
/// Two lower-case digits for each byte.
std::string hex(std::string_view bytes);
/// The common alphabet, with padding.
std::string base64(std::string_view bytes);
/// The alphabet of URLs, without padding.
std::string base64url(std::string_view bytes);
/// Nothing where a character, the padding or a spare bit is wrong: one text for each bytes.
std::optional<std::string> from_base64(std::string_view text);
std::optional<std::string> from_base64url(std::string_view text);
/// Hash of a whole file, read in pieces; errors name the path.
std::string sha256_file(std::filesystem::path const& path);

} // namespace base
