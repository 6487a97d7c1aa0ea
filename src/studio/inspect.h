#pragma once
#include "studio/media_child.h"

namespace studio {

/// All that can be told of a file: what `probe` prints.
struct Inspection {
    plan::Analysis analysis;
    plan::Transcript transcript{{}, "none", false, ""};
};

/// Recognising speech takes a sixth of the time it lasts; no more than this is listened to.
inline constexpr double listen_seconds_max = 120;

Inspection inspect(MediaChild const& media, std::filesystem::path const& input, ProgressCallback const& progress,
                   std::stop_token const& stop);
/// As one document. What was not measured is null.
base::json::object document_of(Inspection const& inspection);

} // namespace studio
