#pragma once
#include "net/http_server.h"

/// What happens to an answer on its way out.
namespace api {

inline constexpr std::size_t compress_bytes_min = 1024; ///< less is not worth the time

/// A weak validator over the body of a GET's answer; 304 where the caller has it already.
void add_etag(net::ServerRequest const& request, net::ServerResponse& response);
/// gzip, where the caller takes it and the body is text of some length.
void compress(net::ServerRequest const& request, net::ServerResponse& response);
/// RFC 9745 and RFC 8594; days as "2026-11-01".
void add_deprecation(net::ServerResponse& response, std::string_view since, std::string_view sunset);

} // namespace api
