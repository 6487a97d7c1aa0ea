#include "simulators/all.h"

namespace simulators {

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_json(
        json::object{
            {"type", "about:blank"}, {"title", "Bad Request"}, {"detail", why}, {"status", status}, {"error", why}},
        {}, status);
}

static std::string uuid_of(Clip const& clip) { return fmt::format("00000000-0000-4000-8000-{}0", clip.id); }

/// On this server, so that the page that is asked for details is here, too.
static json::object video(Clip const& clip, std::string const& host)
{
    return {{"uuid", uuid_of(clip)},
            {"url", fmt::format("{}/videos/watch/{}", host, uuid_of(clip))},
            {"name", clip.title},
            {"description", clip.bare ? json::value(nullptr) : json::value(clip.description)},
            {"publishedAt", base::format_time(clip.at).substr(0, 19) + ".120Z"},
            {"duration", clip.seconds},
            {"views", clip.views},
            {"likes", clip.likes},
            {"dislikes", 1},
            {"isLive", false},
            {"nsfw", false},
            {"thumbnailUrl", fmt::format("{}/thumbnails/{}.jpg", host, clip.id)},
            {"tags", json::value_from(clip.tags)},
            {"licence", clip.bare ? json::value{{"id", nullptr}, {"label", "Unknown"}}
                                  : json::value{{"id", 1}, {"label", "Attribution"}}},
            {"language", {{"id", "en"}, {"label", "English"}}},
            {"account", {{"name", clip.handle}, {"displayName", clip.author}, {"host", "tube.example"}}},
            {"channel", {{"displayName", clip.author}}}};
}

static net::ServerResponse details(std::string const& host, std::string const& uuid)
{
    auto const file = [&](int height) {
        return json::object{{"resolution", {{"id", height}, {"label", fmt::format("{}p", height)}}},
                            {"fileUrl", fmt::format("{}/static/web-videos/{}-{}.mp4", host, uuid, height)},
                            {"size", height * 1000}};
    };
    return answer_json(json::object{{"uuid", uuid},
                                    {"tags", json::array{"made", "up"}},
                                    {"files", json::array{file(360), file(720)}},
                                    {"streamingPlaylists", json::array{}}});
}

/// Sepia Search, the index of PeerTube instances.
Plan peertube(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        auto const here = "http://" + std::string(request.header("Host"));
        if (asked.request.path.starts_with("/api/v1/videos/"))
            return details(here, after(request.path, "/api/v1/videos/"));
        asked.need(asked.at("/api/v1/search/videos"), 404, "not found");
        asked.takes({{"search", any_text()}}, {{"startDate", utc_time()},
                                               {"nsfw", one_of({"true", "false", "both"})},
                                               {"isLive", one_of({"true", "false"})},
                                               {"searchTarget", one_of({"local", "search-index"})},
                                               {"sort", one_of({"-match", "-publishedAt", "-views", "-likes"})},
                                               {"start", whole_number(0, 10'000)},
                                               {"count", whole_number(1, 100)},
                                               {"languageOneOf[]", token_text(2, 5)}});
        auto const page =
            page_of(clips("peertube", asked.text("search"), stage.clock.now(), stage.clips_per_query),
                    base::parse_time(asked.text("startDate")), static_cast<std::size_t>(asked.number("start", 0)),
                    static_cast<std::size_t>(asked.number("count", 15)));
        json::array data;
        for (auto const& clip : page.clips) data.push_back(video(clip, here));
        return answer_json(json::object{{"total", page.total}, {"data", data}}, {{"X-RateLimit-Remaining", "41"}});
    };
    return {
        "peertube",
        {},
        answer,
        {{"bad parameters", "bad_answer", refusal(400, "Incorrect request parameters: startDate")},
         {"the older form, inside 200", "bad_answer",
          answer_json(json::object{{"code", "bad"}, {"error", "Incorrect request parameters"}})},
         {"too many", "rate_limited", {429, {{"Retry-After", "9"}}, R"({"status":429,"detail":"Too many requests"})"}},
         {"inside", "upstream_error", {500, {}, "", "text/plain"}}}};
}

} // namespace simulators
