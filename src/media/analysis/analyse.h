#pragma once
#include "media/progress.h"
#include "plan/analysis.h"

#include <filesystem>
#include <stop_token>

namespace media::analysis {

struct Options {
    bool faces = true;
    bool text = true;
    bool camera = false;
    double sample_above_seconds = 20 * 60; ///< longer films are looked at key frame by key frame
};

/// One low-resolution pass over pictures and sound, side by side. Works without either of them.
plan::Analysis analyse(std::filesystem::path const& path, Options const& options, ProgressCallback const& progress,
                       base::Clock const& clock, std::stop_token const& stop = {});

} // namespace media::analysis
