#pragma once
#include "api/dispatcher.h"
#include "base/config.h"

namespace app {

/// The settings of `serve`, for base::Config.
std::vector<base::Setting> server_settings();
/// How the server listens. InvalidInput where a setting will not do.
net::ServerOptions server_options_from(base::Config const& config, std::string const& listen, base::Log& log);
/// What it asks of a request.
api::DispatcherOptions dispatcher_options_from(base::Config const& config);
api::live::HubLimits hub_limits_from(base::Config const& config);
api::UploadLimits upload_limits_from(base::Config const& config);

} // namespace app
