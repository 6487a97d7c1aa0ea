#include "discovery/answer_cache.h"

#include <algorithm>
#include <charconv>

namespace discovery {

std::optional<CachedAnswer> recall_answer(SourceStore& store, std::string const& key)
{
    try {
        return store.cached(key);
    } catch (base::Error const&) {
        return std::nullopt;
    }
}

void keep_answer(SourceStore& store, std::string const& key, net::Response const& response, base::Time good_until)
{
    try {
        store.keep(key,
                   {response.body, std::string(response.header("Content-Type")), std::string(response.header("ETag")),
                    std::string(response.header("Last-Modified")), good_until});
    } catch (base::Error const&) {
    } // what is not kept is asked again
}

void ask_if_changed(net::Request& request, CachedAnswer const& ours)
{
    auto const is_clean = [](std::string const& text) {
        return !text.empty() &&
               std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    };
    if (is_clean(ours.etag)) request.headers.emplace_back("If-None-Match", ours.etag);
    if (is_clean(ours.last_modified)) request.headers.emplace_back("If-Modified-Since", ours.last_modified);
}

net::Response as_response(CachedAnswer const& answer, std::string const& url)
{
    net::Response out;
    out.status = 200;
    out.url = url;
    out.body = answer.body;
    for (auto const& [name, value] : {std::pair("Content-Type", answer.content_type), std::pair("ETag", answer.etag),
                                      std::pair("Last-Modified", answer.last_modified)})
        if (!value.empty()) out.headers.emplace_back(name, value);
    return out;
}

base::Milliseconds max_age(net::Response const& response, base::Milliseconds longest)
{
    auto const said = base::lower_ascii(response.header("Cache-Control"));
    auto const at = said.find("max-age=");
    if (at == std::string::npos || said.find("no-cache") != std::string::npos ||
        said.find("no-store") != std::string::npos)
        return base::Milliseconds(0);
    std::int64_t seconds = 0;
    std::from_chars(said.data() + at + 8, said.data() + said.size(), seconds);
    return std::clamp(base::Milliseconds(std::clamp<std::int64_t>(seconds, 0, 86'400) * 1000), base::Milliseconds(0),
                      longest);
}

} // namespace discovery
