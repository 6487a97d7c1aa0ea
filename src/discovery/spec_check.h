#pragma once
#include "discovery/spec.h"

namespace discovery {

/// InvalidInput names file (`what`) and place of what is wrong.
void check_spec(SourceSpec const& spec, std::string const& what);

} // namespace discovery
