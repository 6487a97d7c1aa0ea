#pragma once
#include "plan/media_info.h"

#include <filesystem>
#include <stop_token>

namespace media {

/// What a file holds, from its headers and first packets; nothing is decoded. One clear error where it is no media
/// file.
plan::MediaInfo probe(std::filesystem::path const& path, std::stop_token const& stop = {});

} // namespace media
