#pragma once
#include "net/http.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// What tus 1.0 says in headers (https://tus.io/protocols/resumable-upload). InvalidInput names the header.
namespace api::tus {

inline constexpr std::string_view version = "1.0.0";
inline constexpr std::string_view extensions = "creation,creation-with-upload,termination,checksum,expiration";
inline constexpr std::string_view checksum_algorithms = "sha1,sha256,md5";
inline constexpr std::size_t metadata_pairs_max = 32;
inline constexpr std::size_t metadata_bytes_max = 4096;

/// A whole number without sign, as in Upload-Length and Upload-Offset.
std::int64_t read_number(std::string_view header, std::string_view text);

/// "filename d29ybGQ=,is_confidential": names and texts.
std::map<std::string, std::string> read_metadata(std::string_view text);
/// The same backwards.
std::string write_metadata(std::map<std::string, std::string> const& metadata);

/// "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="
struct Checksum {
    std::string algorithm;
    std::string digest; ///< bytes
};
Checksum read_checksum(std::string_view text);

} // namespace api::tus
