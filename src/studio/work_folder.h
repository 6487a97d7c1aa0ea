#pragma once
#include "base/file.h"

namespace studio {

/// A hidden folder beside an output file in which it is made, on the same file system so that the last step is one
/// rename. Removed at the end; what a killed process left behind is removed by the next one with the same output.
class WorkFolder {
public:
    explicit WorkFolder(std::filesystem::path const& output);
    std::filesystem::path const& path() const { return folder_.path(); }

private:
    base::TemporaryFolder folder_;
    base::Fd lock_; ///< held while the process lives
};

} // namespace studio
