#pragma once
#include "base/json.h"
#include "media/audio/mix.h"

namespace media {

/// What the sound of a clip is in the end, measured on the encoded file.
struct Mastered {
    double loudness_lufs = -70; ///< integrated, EBU R128; -70 for silence
    double true_peak_dbtp = -70;
    double silent_seconds = 0;
    double duration_seconds = 0;
    std::vector<plan::Span> silent;
    std::int64_t clipped_samples = 0;
    double mixed_lufs = -70;         ///< before it was levelled
    double mixed_silent_seconds = 0; ///< the same: the source's own
    bool at_gain_limit = false;      ///< more gain would only bring up noise
    bool repaired = false;           ///< the first try did not hold to the plan
};
BOOST_DESCRIBE_STRUCT(Mastered, (),
                      (loudness_lufs, true_peak_dbtp, silent_seconds, duration_seconds, silent, clipped_samples,
                       mixed_lufs, mixed_silent_seconds, at_gain_limit, repaired))

/// Brings a mix to the planned loudness below the planned true peak, encodes it as AAC-LC into an MP4 file and measures
/// what was written; where AAC overshoots the peak, it is limited harder and encoded again.
Mastered master(PcmFile& mix, plan::AudioPlan const& plan, std::filesystem::path const& target,
                std::stop_token const& stop);

/// The finished sound in a render's work folder.
std::filesystem::path sound_path(std::filesystem::path const& folder);
/// Mixes and masters the plan's sound into the folder, unless an earlier run has done so already.
Mastered make_sound(plan::EditPlan const& plan, std::filesystem::path const& folder, std::stop_token const& stop);

} // namespace media
