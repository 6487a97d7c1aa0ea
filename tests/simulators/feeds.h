#pragma once
#include "simulators/platform.h"

#include <map>

namespace simulators {

/// Serves feeds by path.
class Feeds {
public:
    explicit Feeds(std::map<std::string, std::string> feeds)
        : feeds_(std::move(feeds)),
          platform([this](net::ServerRequest const& request) { return answer(request); }, "<error/>")
    {
    }

private:
    net::ServerResponse answer(net::ServerRequest const& request)
    {
        auto const feed = feeds_.find(request.path);
        if (feed == feeds_.end()) return {404, {}, "not found", "text/html"};
        if (!request.query.empty()) return platform.refuse(400, "a feed takes no parameters");
        return {200, {}, feed->second, "application/xml"};
    }

    std::map<std::string, std::string> feeds_;

public:
    Platform platform;
};

} // namespace simulators
