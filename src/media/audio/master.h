#pragma once
#include "media/audio/mix.h"

namespace media {

/// What the sound of a clip is in the end, measured on the encoded file.
struct Mastered {
    double loudness_lufs = -70; ///< integrated, EBU R128; -70 for silence
    double true_peak_dbtp = -70;
    double silent_seconds = 0;
    double duration_seconds = 0;
};

/// Brings a mix to the planned loudness below the planned true peak, encodes it as AAC-LC into an MP4 file and measures
/// what was written; where AAC overshoots the peak, it is limited harder and encoded again.
Mastered master(PcmFile& mix, plan::AudioPlan const& plan, std::filesystem::path const& target,
                std::stop_token const& stop);

} // namespace media
