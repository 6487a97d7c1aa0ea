#pragma once
// What tests of every module share.
#include "base/error.h"
#include "base/file.h"

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

inline std::filesystem::path source_folder() { return SOURCE_DIR; }
inline std::filesystem::path build_folder() { return BINARY_DIR; }

} // namespace test
