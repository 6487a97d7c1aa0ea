#pragma once
#include "base/json.h"

#include <string>
#include <vector>

namespace studio {

/// A part of the 9:16 canvas that a platform covers with its own controls; fractions, origin at the top left.
struct PlatformZone {
    std::string what;
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};
BOOST_DESCRIBE_STRUCT(PlatformZone, (), (what, x, y, width, height))

/// A place where clips are shown: one file in catalog/platforms.
struct Platform {
    std::string name;
    std::string help;
    std::vector<PlatformZone> zones;
    double target_seconds = 30; ///< length that --trim hook aims at
    std::string source;         ///< where the figures come from
};
BOOST_DESCRIBE_STRUCT(Platform, (), (name, help, zones, target_seconds, source))

} // namespace studio
