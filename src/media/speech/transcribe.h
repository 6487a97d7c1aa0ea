#pragma once
#include "media/progress.h"
#include "plan/child.h"

#include <stop_token>

namespace media::speech {

/// Words spoken in the request's spans (all of it where there are none), on the source's timeline. No sound: source
/// "none". The request's script is not looked at: see align().
plan::Transcript transcribe(plan::TranscribeRequest const& request, ProgressCallback const& progress,
                            base::Clock const& clock, std::stop_token const& stop = {});

/// In order, inside [0, duration], without overlaps; the whole where there are none.
std::vector<plan::Span> tidy_spans(std::vector<plan::Span> spans, double duration);

} // namespace media::speech
