#pragma once
#include <string>
#include <vector>

/// The kernel's Landlock: which files a process may see. glibc has no wrappers for it.
namespace media::landlock {

/// 0 where the kernel has none.
int version();

/// From now on this process reads only `readable`, what its own libraries need (fonts, models, libraries) and nothing
/// else, and writes only below `writable`. Gives back version(): 0 means that nothing was restricted.
int restrict_files(std::vector<std::string> const& readable, std::vector<std::string> const& writable);

} // namespace media::landlock
