#pragma once
#include "plan/child.h"

#include <stop_token>

namespace media {

/// Draws a contact sheet. InvalidInput names what can't be drawn.
plan::SheetResult draw_sheet(plan::SheetRequest const& request, std::stop_token const& stop);

} // namespace media
