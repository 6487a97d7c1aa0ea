#pragma once
#include "base/clock.h"
#include "net/http.h"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace discovery {

/// What a file cannot say: a signature over a request. Each lives in a file of signers/.
struct Signer {
    std::string_view name;
    std::string_view help;
    /// Credentials by the spec's names for them; adds headers or parameters.
    void (*sign)(net::Request& request, std::map<std::string, std::string> const& credentials, base::Time now);
};

std::span<Signer const> all_signers();
/// Null where there is none of that name.
Signer const* find_signer(std::string_view name);

} // namespace discovery
