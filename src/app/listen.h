#pragma once
#include "net/http_server.h"

namespace app {

/// What "127.0.0.1:8080", ":8080" or "8080" asks for; InvalidInput names the flag.
net::ServerOptions listen_options(std::string_view flag, std::string const& text);

} // namespace app
