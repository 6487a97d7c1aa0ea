#pragma once
#include "media/av.h"

#include <filesystem>

namespace media {

/// A context that writes a file; the file is closed with it.
struct OutputDeleter {
    void operator()(AVFormatContext* context) const;
};
using OutputContext = std::unique_ptr<AVFormatContext, OutputDeleter>;

/// MP4 with `moov` first and without edit lists: what a player that ignores them shows is right too.
OutputContext open_mp4(std::filesystem::path const& path);
/// Writes the header so that this promise holds. index_bytes_max: room to keep for the index at the front, for files
/// that are too large to be moved up behind it at the end; 0: move.
void write_mp4_header(AVFormatContext& context, std::filesystem::path const& path, std::int64_t index_bytes_max = 0);
/// Passes a result of writing through; a full disk is told as what it is.
int check_write(int result, std::filesystem::path const& path);

} // namespace media
