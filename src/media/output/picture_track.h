#pragma once
#include "media/output/joiner.h"
#include "media/progress.h"

namespace media {

/// What tests change about a render. None of it changes the pictures.
struct RenderSeams {
    int workers = 0;                                ///< that draw, for each encoder; 0: as many as suit the machine
    int encoders = 0;                               ///< at work at once; 0: as many as suit the machine
    std::map<std::string, std::string> codecs = {}; ///< see EncoderOptions
    std::function<void(std::string const& encoder, std::int64_t frame)> before_encode = {};
};

/// The clip's pictures, coded: chunks of our own and runs of the source, ready to be joined.
struct PictureTrack {
    std::vector<ChunkRecord> chunks; ///< ascending
    std::optional<SmartCopy> copy;
    std::string copy_refused; ///< why nothing of the source is copied
    std::int64_t frames = 0;
    std::int64_t resumed_frames = 0;
    std::string encoder;
    std::optional<std::string> fallback;
    std::vector<Part> parts() const;
};

/// Draws and encodes what no earlier run has finished. Chunk by chunk it is safe in the request's work folder, so that
/// the same request goes on there after whatever happened.
PictureTrack make_pictures(plan::RenderRequest const& request, RenderSeams const& seams,
                           ProgressCallback const& progress, std::stop_token const& stop);

/// Pieces of about the same length for encoders that work at once; at most `pieces`, none of them empty.
std::vector<std::vector<FrameRange>> shares_of(std::vector<FrameRange> const& ranges, int pieces);

/// Where chunks begin and end: the clip without what is copied, in pieces that a restart loses at most one of.
std::vector<FrameRange> chunk_ranges(std::int64_t frames, double rate, std::vector<CopiedRun> const& copied);

} // namespace media
