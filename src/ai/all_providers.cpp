#include "ai/provider.h"

#include <array>

namespace ai {

// Every provider, in alphabetical order. One lives in providers/<name>.cpp and is named here twice: declared, listed.
namespace providers {
ProviderType groq(), ollama();
}

std::span<ProviderType const> all_providers()
{
    using namespace providers;
    static std::array const list{groq(), ollama()};
    return list;
}

} // namespace ai
