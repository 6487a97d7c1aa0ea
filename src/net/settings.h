#pragma once
#include "base/config.h"
#include "net/http_server.h"

namespace net {

/// The settings that this module reads, for base::Config.
std::vector<base::Setting> settings();
ClientOptions options_from(base::Config const& config);
/// Settings of the server, and what they say.
std::vector<base::Setting> server_settings();
ServerOptions server_options_from(base::Config const& config);

} // namespace net
