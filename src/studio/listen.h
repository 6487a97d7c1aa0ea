#pragma once
#include "studio/media_child.h"
#include "studio/recogniser.h"

namespace studio {

/// Spans cut into parts no longer than `seconds_max`, where somebody pauses if that can be.
std::vector<plan::Span> listening_parts(std::vector<plan::Span> const& spans, std::vector<plan::Span> const& silences,
                                        double seconds_max);

/// Words of the spans as the recogniser hears them, on the source's timeline.
plan::Transcript listen(MediaChild const& media, Recogniser const& recogniser, std::filesystem::path const& input,
                        std::vector<plan::Span> const& parts, ProgressCallback const& progress,
                        std::stop_token const& stop);

/// As listen(), but a service that does not answer is replaced by the media program's own recogniser, and the
/// transcript says so. A wrong key or address is an error: a person can mend it.
plan::Transcript listen_or_fall_back(MediaChild const& media, Recogniser const& recogniser,
                                     plan::TranscribeRequest const& request, std::vector<plan::Span> const& silences,
                                     ProgressCallback const& progress, std::stop_token const& stop);

} // namespace studio
