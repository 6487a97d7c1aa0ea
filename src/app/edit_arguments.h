#pragma once
#include "app/command.h"
#include "studio/transform.h"

namespace app {

/// The options that shape an edit, shared by `transform`, `autopilot` and `demo`.
std::vector<Option> edit_options();
studio::EditOptions read_edit_options(Arguments const& arguments, std::uint64_t seed, double target_seconds);
/// "zoom:factor=1.05,push=1"; InvalidInput names what is wrong.
plan::FilterCall parse_filter(std::string_view text);

} // namespace app
