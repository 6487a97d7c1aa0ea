#include "discovery/signer.h"

#include <algorithm>
#include <array>

namespace discovery {

namespace signers {
Signer podcast_index();
} // namespace signers

std::span<Signer const> all_signers()
{
    static std::array const all{signers::podcast_index()};
    return all;
}

Signer const* find_signer(std::string_view name)
{
    auto const all = all_signers();
    auto const it = std::find_if(all.begin(), all.end(), [&](auto const& one) { return one.name == name; });
    return it == all.end() ? nullptr : &*it;
}

} // namespace discovery
