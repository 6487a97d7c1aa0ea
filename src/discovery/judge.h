#pragma once
#include "discovery/source.h"

namespace discovery {

enum class Verdict { Fine, Empty };

/// Raises SourceError where an answer is a failure by the spec's rules or by its status; Empty where a rule says that
/// there is nothing. `document` is null where the body could not be read.
Verdict judge(SourceSpec const& spec, net::Response const& response, Document const* document, base::Time now);
/// What is left of the platform's own budget, where a header tells.
std::optional<std::int64_t> quota_of(SourceSpec const& spec, net::Response const& response);

} // namespace discovery
