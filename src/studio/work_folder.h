#pragma once
#include "base/file.h"

namespace studio {

/// A hidden folder beside an output file in which it is made, on the same file system so that the last step is one
/// rename. It is named after the output and what is made, so that whoever makes the same again after a crash finds what
/// was finished; what is left of other work for the same output is removed. One process at a time.
class WorkFolder {
public:
    /// key: names what is made, letters and digits. Conflict where somebody makes it right now.
    WorkFolder(std::filesystem::path const& output, std::string const& key);
    /// Removes it with everything in it, unless it is to be kept.
    ~WorkFolder();
    WorkFolder(WorkFolder const&) = delete;
    WorkFolder& operator=(WorkFolder const&) = delete;
    std::filesystem::path const& path() const { return path_; }
    /// Leaves it for the next try.
    void keep() { kept_ = true; }

private:
    std::filesystem::path path_;
    base::Fd lock_; ///< held while the process lives
    bool kept_ = false;
};

} // namespace studio
