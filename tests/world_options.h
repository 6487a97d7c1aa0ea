#pragma once
// What a scanner must know to ask the simulated platforms.
#include "discovery/scan.h"
#include "simulators/all.h"

namespace test {

inline discovery::Options options_of(simulators::World const& world)
{
    discovery::Options out;
    for (auto const& [name, value] : world.settings()) {
        if (name.starts_with("endpoint."))
            out.endpoints[name.substr(9)] = value;
        else if (name.starts_with("source."))
            out.settings[name] = value;
        else if (name == "discovery.feeds")
            out.feeds = base::split_list(value);
        else
            out.credentials[name] = value;
    }
    return out;
}

} // namespace test
