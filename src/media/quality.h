#pragma once
#include "media/audio/master.h"
#include "media/output/picture_track.h"

namespace media {

/// A finished clip as its file says it is: read again from the disk, pictures counted, nothing decoded.
struct Written {
    std::int64_t frames = 0;
    double picture_seconds = 0;
    double sound_seconds = 0;
    double picture_begin = 0; ///< where the first one stands; both must be 0
    double sound_begin = 0;
    bool index_first = false; ///< `moov` before `mdat`
    bool edit_list = false;
};
Written read_back(std::filesystem::path const& clip, std::stop_token const& stop);

/// What is wrong with the container, "" for nothing: such a file is joined once more.
std::string container_problem(Written const& written, std::int64_t frames, double rate);

/// Holds what was written to what was promised. `problems` are the clip's own; what the source has too is a note.
plan::Quality judge(plan::EditPlan const& plan, Mastered const& sound, PictureTrack const& pictures,
                    Written const& written);

} // namespace media
