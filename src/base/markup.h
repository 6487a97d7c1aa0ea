#pragma once
#include <string>
#include <string_view>

namespace base {

/// Text as it stands in HTML or XML, also inside an attribute of either quote.
std::string escape_markup(std::string_view text);

} // namespace base
