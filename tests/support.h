#pragma once
// What tests of every module share.
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#include <gtest/gtest.h>

namespace test {

/// Runs something that must fail and gives back the error.
template <class Work> base::Error error_of(Work work)
{
    try {
        work();
    } catch (base::Error const& error) {
        return error;
    }
    ADD_FAILURE() << "no error was raised";
    return base::Error(base::ErrorCode::Internal, "none");
}

/// The first line in which two texts differ; "" where they are the same. Shorter to read than both of them.
inline std::string first_difference(std::string const& text, std::string const& wanted)
{
    if (text == wanted) return "";
    auto const lines = base::split(text, '\n');
    auto const other = base::split(wanted, '\n');
    std::size_t line = 0;
    while (line < lines.size() && line < other.size() && lines[line] == other[line]) ++line;
    auto const at = [&](auto const& all) { return line < all.size() ? all[line] : "(the end)"; };
    return "line " + std::to_string(line + 1) + ": " + at(lines) + " instead of " + at(other);
}

inline std::filesystem::path source_folder() { return SOURCE_DIR; }
inline std::filesystem::path build_folder() { return BINARY_DIR; }

} // namespace test
