#pragma once
#include <string>

namespace app {

/// From standard input, for arguments are seen by everybody on the machine; a terminal doesn't show it. A file of
/// cookies keeps its lines; a key or a password is one line. `name` is asked for on a terminal.
std::string read_secret(std::string const& name, std::size_t bytes_max);

} // namespace app
