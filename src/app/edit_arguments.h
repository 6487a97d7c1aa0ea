#pragma once
#include "app/command.h"
#include "studio/transform.h"

namespace app {

/// The options that shape an edit, shared by `transform`, `autopilot` and `demo`.
std::vector<Option> edit_options();
studio::EditOptions read_edit_options(Arguments const& arguments, std::uint64_t seed, double target_seconds);
/// "zoom:factor=1.05,push=1", "lut:file=warm.cube", "pattern_interrupt:kind=flash,times=1.5+3"; InvalidInput names what
/// is wrong. Words are options, `times` are seconds joined by "+", `file` is made absolute.
plan::FilterCall parse_filter(std::string_view text);

} // namespace app
