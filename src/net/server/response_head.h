#pragma once
#include "net/http_server.h"

namespace net::server {

/// How an answer is framed; decided by the server, never by a handler.
struct ResponseFacts {
    int version = 11;
    bool keep_alive = true;
    std::string_view date;
};

/// Appends status line and headers. False where the response holds what cannot stand in a header (a line break in a
/// value, say); `out` is unchanged then.
bool put_head(std::string& out, ServerResponse const& response, ResponseFacts const& facts);
/// 1xx, 204 and 304 have no body, whatever the handler said.
bool may_have_body(int status);
std::uint64_t body_bytes(ServerResponse const& response);

} // namespace net::server
