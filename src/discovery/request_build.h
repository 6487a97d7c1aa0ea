#pragma once
#include "discovery/source.h"

namespace discovery {

/// Where a request goes, and who decided that.
struct Target {
    std::string base; ///< "https://api.example"
    net::Trust trust = net::Trust::Guarded;
    bool platform = true; ///< the platform's own host: its limits hold
};

/// Operator trust is for the operator's own endpoints alone; what a file, an answer or a page names is guarded.
Target target_of(Asking const& asking, RequestTemplate const& request, std::string const& each = {},
                 std::string const& page = {});
net::Request build_request(Asking const& asking, Step const* step, RequestTemplate const& request, Target const& target,
                           Tokens const& tokens);

} // namespace discovery
