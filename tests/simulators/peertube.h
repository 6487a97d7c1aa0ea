#pragma once
#include "simulators/platform.h"

namespace simulators {

/// A PeerTube instance that searches and also holds the videos it finds ("{here}" in its samples is its own URL).
class PeerTube {
public:
    PeerTube(std::string search, std::string video)
        : search_(std::move(search)), video_(std::move(video)),
          platform([this](net::ServerRequest const& request) { return answer(request); },
                   R"({"type":"about:blank","status":400,"error":"Incorrect request parameters"})")
    {
    }

private:
    std::string here(std::string text) const
    {
        for (auto at = text.find("{here}"); at != std::string::npos; at = text.find("{here}"))
            text.replace(at, 6, platform.url());
        return text;
    }

    net::ServerResponse answer(net::ServerRequest const& request)
    {
        if (request.path.starts_with("/api/v1/videos/")) return {200, {}, here(video_)};
        if (request.path.starts_with("/static/")) return {200, {}, "a peertube video", "video/mp4"};
        if (request.path != "/api/v1/search/videos") return {404, {}, R"({"status":404,"error":"not found"})"};
        auto const wrong = Platform::check(request, {{"search", any_text()},
                                                     {"startDate", utc_time()},
                                                     {"nsfw", exactly("false")},
                                                     {"isLive", exactly("false")},
                                                     {"sort", exactly("-match")},
                                                     {"start", whole_number(0, 10'000)},
                                                     {"count", whole_number(1, 100)}});
        if (!wrong.empty()) return platform.refuse(400, wrong);
        return {200, {{"X-RateLimit-Remaining", "41"}}, here(search_)};
    }

    std::string search_;
    std::string video_;

public:
    Platform platform;
};

} // namespace simulators
