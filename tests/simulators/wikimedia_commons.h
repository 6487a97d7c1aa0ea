#pragma once
#include "simulators/platform.h"

namespace simulators {

/// MediaWiki's search with file information.
class WikimediaCommons {
public:
    explicit WikimediaCommons(std::string search)
        : search_(std::move(search)),
          platform([this](net::ServerRequest const& request) { return answer(request); },
                   R"({"error":{"code":"maxlag","info":"Waiting for db9: 7 seconds lagged."}})")
    {
    }

private:
    net::ServerResponse answer(net::ServerRequest const& request)
    {
        if (request.path != "/w/api.php") return {404, {}, "not found", "text/html"};
        if (request.header("User-Agent").find('(') == std::string_view::npos)
            return platform.refuse(403, "the User-Agent must name a contact");
        Check const query = [](std::string const& value) -> std::string {
            return value.starts_with("filetype:video ") && value.size() > 15 ? "" : "is not the query expected";
        };
        auto const wrong =
            Platform::check(request, {{"action", exactly("query")},
                                      {"format", exactly("json")},
                                      {"generator", exactly("search")},
                                      {"gsrnamespace", exactly("6")},
                                      {"gsrsearch", query},
                                      {"gsrsort", exactly("create_timestamp_desc")},
                                      {"gsrlimit", whole_number(1, 50)},
                                      {"gsroffset", whole_number(0, 10'000)},
                                      {"prop", exactly("imageinfo")},
                                      {"iiprop", exactly("url|size|mime|mediatype|timestamp|user|extmetadata")},
                                      {"iiurlwidth", exactly("320")},
                                      {"maxlag", exactly("5")}});
        if (!wrong.empty()) return platform.refuse(400, wrong);
        return {200, {}, search_};
    }

    std::string search_;

public:
    Platform platform;
};

} // namespace simulators
