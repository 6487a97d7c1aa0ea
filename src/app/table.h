#pragma once
#include <string>
#include <vector>

namespace app {

/// Columns for people, as wide as their content; the last one may run on.
std::string table(std::vector<std::vector<std::string>> const& rows);

} // namespace app
