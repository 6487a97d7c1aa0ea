#pragma once
#include "media/picture/picture.h"

#include <filesystem>

namespace media {

/// Writes a picture as a JPEG file.
void write_jpeg(Picture const& picture, std::filesystem::path const& path);

} // namespace media
