#pragma once
#include "studio/catalog.h"
#include "studio/media_child.h"

namespace studio {

/// All looks of the catalog on one moment of a clip, each with its name, as a JPEG file.
plan::SheetResult make_look_sheet(Catalog const& catalog, MediaChild const& media, std::filesystem::path const& input,
                                  std::filesystem::path const& output, std::stop_token const& stop);

} // namespace studio
