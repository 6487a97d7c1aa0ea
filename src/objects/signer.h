#pragma once
#include "base/clock.h"
#include "net/http.h"

namespace objects {

struct Credentials {
    std::string access_key;
    std::string secret_key;
};

/// Where a signature holds.
struct Scope {
    std::string region;
    std::string service = "s3";
};

/// What is signed: names and values as they are meant, not yet encoded. Encoding them once is S3's own rule; other
/// services encode the path twice.
struct Signable {
    std::string method = "GET";
    std::string host; ///< with its port where it is not the scheme's own
    std::string path = "/";
    std::vector<std::pair<std::string, std::string>> query = {};
    net::Headers headers = {}; ///< all are signed
    std::string payload_hash;  ///< hexadecimal SHA-256 of the body, or unsigned_payload
};

inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
inline constexpr std::chrono::seconds presigned_max{604'800};

/// "/bucket/a%20key": encoded once, slashes stay.
std::string encoded_path(std::string_view path);
/// "a=1&uploads=": encoded and sorted as the signature wants it.
std::string canonical_query(std::vector<std::pair<std::string, std::string>> const& query);
/// The text whose hash is signed; for tests and for people who compare.
std::string canonical_request(Signable const& request, std::string const& signed_names);

/// AWS Signature Version 4: the headers of the request with Authorization, x-amz-date and x-amz-content-sha256 added.
/// Host is signed and left to the HTTP client to send.
net::Headers sign(Signable request, Credentials const& credentials, Scope const& scope, base::Time now);

/// The query of a URL that lets whoever has it do this one thing for a while. InvalidInput outside [1, 604800] s.
std::string presign(Signable request, Credentials const& credentials, Scope const& scope, base::Time now,
                    std::chrono::seconds valid_for);

} // namespace objects
