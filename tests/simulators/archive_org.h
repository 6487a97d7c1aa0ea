#pragma once
#include "simulators/platform.h"

#include <algorithm>
#include <array>

namespace simulators {

/// Internet Archive: advanced search, item metadata, downloads (which redirect nowhere here).
class ArchiveOrg {
public:
    ArchiveOrg(std::string search, std::string metadata, std::string file = "a video")
        : search_(std::move(search)), metadata_(std::move(metadata)), file_(std::move(file)),
          platform([this](net::ServerRequest const& request) { return answer(request); },
                   R"({"error":"the search is resting"})")
    {
    }

private:
    net::ServerResponse answer(net::ServerRequest const& request)
    {
        if (request.path == "/advancedsearch.php") return search(request);
        if (request.path.starts_with("/metadata/")) {
            auto const known = metadata_.find("\"" + request.path.substr(10) + "\"") != std::string::npos;
            return {200, {}, known ? metadata_ : "{}"}; // an unknown item is an empty object
        }
        if (request.path.starts_with("/download/")) return {200, {{"ETag", "\"file\""}}, file_, "video/mp4"};
        return {404, {}, "not found", "text/html"};
    }

    net::ServerResponse search(net::ServerRequest const& request)
    {
        static std::array<std::string_view, 10> const fields{"identifier", "title",     "description", "creator",
                                                             "publicdate", "downloads", "num_reviews", "subject",
                                                             "licenseurl", "language"};
        Check const field = [](std::string const& value) -> std::string {
            return std::find(fields.begin(), fields.end(), value) != fields.end() ? "" : "is no field";
        };
        Check const query = [](std::string const& value) -> std::string {
            auto const from = value.find(" AND mediatype:(movies) AND publicdate:[");
            if (!value.starts_with("(\"") || from == std::string::npos || !value.ends_with(" TO *]"))
                return "is not the query expected";
            auto const date = value.substr(from + 40, value.size() - from - 46);
            return utc_time()(date);
        };
        auto const wrong = Platform::check(request, {{"q", query},
                                                     {"fl[]", field},
                                                     {"sort[]", exactly("downloads desc")},
                                                     {"rows", whole_number(1, 100)},
                                                     {"page", whole_number(1, 100)},
                                                     {"output", exactly("json")}});
        if (!wrong.empty()) return platform.refuse(400, wrong);
        if (request.parameter("page") != "1") return {200, {}, R"({"response":{"numFound":4,"start":100,"docs":[]}})"};
        return {200, {}, search_};
    }

    std::string search_;
    std::string metadata_;
    std::string file_;

public:
    Platform platform;
};

} // namespace simulators
