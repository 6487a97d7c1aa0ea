#pragma once
#include "api/call.h"
#include "api/services.h"

namespace api {

/// What an earlier scan of the caller's found; NotFound otherwise.
discovery::Candidate known_candidate(Services& services, Call const& call, std::string const& niche,
                                     std::string const& id);

} // namespace api
