#pragma once
#include "media/output/chunk.h"
#include "media/output/smart_copy.h"

namespace media {

/// A stretch of the clip's picture track: one of the two.
struct Part {
    ChunkRecord const* chunk = nullptr;
    CopiedRun const* run = nullptr;
    FrameRange frames() const { return chunk ? chunk->range() : run->frames; }
};

/// What a clip is joined of; all of it stays with the caller.
struct JoinedFrom {
    plan::Canvas canvas;
    std::filesystem::path folder; ///< of the chunks' data
    std::vector<Part> parts;      ///< in order, without gaps
    SmartCopy* copy = nullptr;    ///< where parts are runs of the source
    std::filesystem::path sound;  ///< an MP4 file with one stream, written by this program
};

/// Joins coded pictures and coded sound into the clip; nothing is encoded. The file is on disk when it returns.
void join_clip(JoinedFrom const& from, std::filesystem::path const& output, std::stop_token const& stop);

} // namespace media
