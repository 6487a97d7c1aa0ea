#pragma once
#include "base/config.h"
#include "net/http.h"

namespace net {

/// The settings that this module reads, for base::Config.
std::vector<base::Setting> settings();
ClientOptions options_from(base::Config const& config);

} // namespace net
