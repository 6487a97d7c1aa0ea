#pragma once
#include "base/config.h"

#include <filesystem>

namespace app {

/// A niche that the sample library has a clip with speech for.
inline constexpr std::string_view demo_niche = "reading by the sea";

/// Where set-up keeps the sample library: ETTAMETTA_SAMPLES, else XDG_CACHE_HOME/ettametta/samples; the clips for
/// people are in library/. NotFound names `./run --setup`.
std::filesystem::path sample_library();

} // namespace app
