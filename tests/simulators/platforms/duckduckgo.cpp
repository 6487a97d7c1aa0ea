#include "simulators/all.h"

namespace simulators {

static constexpr std::size_t page_size = 60;

/// The token belongs to the words and to who asked for it.
static std::string vqd_of(std::string const& words, std::string_view agent)
{
    std::uint64_t sum = 7;
    for (auto const c : words + "/" + std::string(agent)) sum = sum * 131 + static_cast<unsigned char>(c);
    return fmt::format("4-{:020}", sum);
}

static json::object result(Clip const& clip, std::string const& words)
{
    auto const places = clip.number % 3;
    auto const url = places == 0 ? "https://www.youtube.com/watch?v=" + clip.id
                     : places == 1
                         ? fmt::format("https://www.tiktok.com/@{}/video/74000000000000{:05}", clip.handle, clip.number)
                         : "https://www.dailymotion.com/video/x" + clip.id.substr(4);
    auto const picture = "https://tse1.mm.bing.net/th/id/" + clip.id;
    return {{"content", url},
            {"title", clip.title},
            {"description", clip.bare ? "" : "Of " + words + "."},
            {"duration", clock_length(clip.seconds)},
            {"images", {{"large", picture}, {"medium", picture}, {"small", picture}, {"motion", ""}}},
            {"provider", "Bing"},
            {"publisher", places == 0   ? "YouTube"
                          : places == 1 ? "TikTok"
                                        : "Dailymotion"},
            {"published", clip.number == 8 ? "" : base::format_time(clip.at).substr(0, 19) + ".0000000"},
            {"statistics", {{"viewCount", clip.bare ? json::value(nullptr) : json::value(clip.views)}}},
            {"uploader", clip.bare ? "" : clip.author}};
}

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_page("<html><body>" + why + "</body></html>", status);
}

static net::ServerResponse videos(Asked const& asked, Stage const& stage)
{
    Check const filter = [](std::string const& value) -> std::string {
        auto const first = value.substr(0, value.find(','));
        return one_of({"", "publishedAfter:d", "publishedAfter:w", "publishedAfter:m"})(first);
    };
    asked.takes({{"q", any_text()}, {"o", exactly("json")}, {"vqd", any_text()}}, {{"l", any_text()},
                                                                                   {"p", one_of({"1", "-1", "-2"})},
                                                                                   {"u", exactly("bing")},
                                                                                   {"f", filter},
                                                                                   {"s", whole_number(0, 600)}});
    asked.header("Referer", prefixed("https://duckduckgo.com/"), 403);
    auto const words = asked.text("q");
    asked.need(asked.text("vqd") == vqd_of(words, asked.request.header("User-Agent")), 403, "Forbidden: another token");
    auto const filters = asked.text("f");
    auto const days = filters.starts_with("publishedAfter:d")   ? 1
                      : filters.starts_with("publishedAfter:w") ? 7
                      : filters.starts_with("publishedAfter:m") ? 31
                                                                : 3650;
    auto const page =
        page_of(clips("duckduckgo", words, stage.clock.now(), stage.clips_per_query),
                stage.clock.now() - std::chrono::days(days), static_cast<std::size_t>(asked.number("s", 0)), page_size);
    json::array results;
    for (auto const& clip : page.clips) results.push_back(result(clip, words));
    json::object out{{"ads", nullptr}, {"query", words}, {"response_type", "videos"}, {"results", results}};
    if (page.next) out["next"] = fmt::format("v.js?q={}&o=json&s={}", words, *page.next);
    auto response = answer_json(out);
    response.content_type = "application/x-javascript";
    return response;
}

/// DuckDuckGo's video search: a page that gives a token, then results for the token.
Plan duckduckgo(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        if (asked.at("/v.js")) return videos(asked, stage);
        asked.need(asked.at("/"), 404, "no such page");
        asked.takes({{"q", any_text()}, {"iar", exactly("videos")}},
                    {{"iax", exactly("videos")}, {"ia", exactly("videos")}});
        asked.need(asked.text("q").size() <= 499, 400, "too long");
        auto const token = vqd_of(asked.text("q"), request.header("User-Agent"));
        return answer_page(
            "<!DOCTYPE "
            "html>\n<html><head><title>Search</title></head><body>\n<script>\nDDG.deep.initialize('/d.js?q=x&vqd=" +
            token + "');\nvqd=\"" + token + "\";\n</script></body></html>");
    };
    auto const challenge = answer_page("<!DOCTYPE html><html><body><p>Unfortunately, bots use DuckDuckGo too. Please "
                                       "complete the following challenge.</p></body></html>");
    auto const forbidden = answer_page("<html><body>403 Forbidden</body></html>", 403);
    return {"duckduckgo",
            {},
            answer,
            {{"a page without its token", "blocked", challenge, "/"},
             {"a challenge instead of results", "blocked", challenge, "/v.js"},
             {"a challenge as 202", "blocked", {202, {}, challenge.body, "text/html"}, "/v.js"},
             {"refused", "blocked", forbidden, "/v.js"},
             {"an empty body", "blocked", {200, {}, "", "text/html"}, "/v.js"},
             {"down", "upstream_error", {503, {}, "", "text/plain"}, "/v.js"}}};
}

} // namespace simulators
