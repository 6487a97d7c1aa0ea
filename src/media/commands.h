#pragma once
#include "media/progress.h"
#include "plan/child.h"

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace media {

/// One piece of work the child was asked for: first the limits it must bind itself to, then what it does.
struct Command {
    plan::ChildLimits limits; ///< with the files of the request added
    std::function<std::string(ProgressCallback const&, std::stop_token const&)> run; ///< the result as JSON
};

/// "probe", "analyse", "transcribe", "render" or "encoders" with its request; InvalidInput for anything else.
Command make_command(std::string_view name, std::string_view request);

/// The names, for the usage text.
std::string command_names();

} // namespace media
