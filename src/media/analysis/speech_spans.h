#pragma once
#include "media/resample.h"
#include "media/speech/voice_activity.h"
#include "plan/analysis.h"

namespace media::analysis {

/// Where somebody speaks, minute by minute, so that memory is flat over any length.
class SpeechFinder {
public:
    void add(AVFrame const& frame, double seconds);
    /// Spans in order; neighbours closer than a breath are one.
    std::vector<plan::Span> finish();

private:
    void close_block();

    SoundConverter<std::int16_t> converter_{speech::sample_rate, 1};
    std::vector<std::int16_t> block_;
    double block_start_ = 0;
    std::vector<plan::Span> spans_;
};

} // namespace media::analysis
