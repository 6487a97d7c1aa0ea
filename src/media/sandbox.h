#pragma once
#include "plan/child.h"

namespace media {

/// What holds the process; `ettametta doctor` shows it.
struct Confinement {
    bool system_calls = false; ///< seccomp: no network, no new programs, nothing of the system's own
    int files_abi = 0;         ///< version of the kernel's Landlock; 0: it has none, files are not held
    bool memory = false;       ///< not in builds with sanitizers: they reserve more than any limit
};
BOOST_DESCRIBE_STRUCT(Confinement, (), (system_calls, files_abi, memory))

/// Binds this process for good, before it opens the first byte of foreign media and before it starts a thread.
/// Unavailable where the kernel has no seccomp; Landlock is used where there is one.
Confinement confine(plan::ChildLimits const& limits);

/// What confine() would find, without binding anything.
Confinement confinement_available();

} // namespace media
