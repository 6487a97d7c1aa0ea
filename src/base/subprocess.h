#pragma once
#include "base/clock.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace base {

/// A program to run as a child in a process group of its own. It dies with its parent (PR_SET_PDEATHSIG), inherits no
/// descriptors, and its group is ended as one: SIGTERM, then SIGKILL after `grace`.
struct Command {
    std::vector<std::string> arguments; ///< [0] is the program, found through PATH
    std::optional<std::map<std::string, std::string>> environment = std::nullopt; ///< absent: inherit
    std::filesystem::path working_folder = {};
    std::string input = {}; ///< given on standard input
    Milliseconds timeout{60'000};
    Milliseconds grace{2'000};
    std::size_t output_bytes_max = 16U << 20U; ///< of standard output; more ends the child with an error
    std::size_t errors_bytes_max = 64U << 10U; ///< of standard error; only the last part is kept
    /// Called for each whole line of standard output instead of collecting it. Lines may be up to output_bytes_max.
    std::function<void(std::string_view line)> on_line = {};
};

struct CommandResult {
    int exit_code = -1; ///< -1 where a signal ended it
    int signal = 0;
    bool timed_out = false;
    bool cancelled = false;
    bool output_too_long = false;
    std::string output;
    std::string errors;
    long memory_peak_kib = 0; ///< largest resident set of the child itself
    double cpu_seconds = 0;
    bool ok() const { return exit_code == 0 && !timed_out && !cancelled && !output_too_long; }
    /// "exited with 3", "was ended by SIGSEGV", "took longer than 60 s".
    std::string describe(Command const& command) const;
};

/// Runs to the end. NotFound where the program does not exist; everything else is in the result.
CommandResult run(Command const& command, std::stop_token const& stop = {});

} // namespace base
