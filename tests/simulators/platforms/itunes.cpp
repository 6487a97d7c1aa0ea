#include "simulators/all.h"

namespace simulators {

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_json(json::object{{"errorMessage", why}, {"queryParameters", json::object{}}}, {}, status);
}

static json::object episode(Clip const& clip)
{
    auto const video = clip.number % 4 == 1;
    auto const id = 1'000'000'000'000 + clip.views;
    json::object out{
        {"wrapperType", "podcastEpisode"},
        {"kind", "podcast-episode"},
        {"collectionId", clip.author_id},
        {"trackId", id},
        {"trackName", clip.title},
        {"collectionName", clip.author},
        {"feedUrl", "https://podcast.example/feed.xml"},
        {"trackViewUrl", fmt::format("https://podcasts.apple.com/us/podcast/made-up/id{}?i={}", clip.author_id, id)},
        {"artworkUrl600", "https://is1-ssl.mzstatic.com/" + clip.id + ".jpg"},
        {"releaseDate", base::format_time(clip.at)},
        {"genres", json::array{json::object{{"name", "Made-up"}, {"id", "1306"}}}},
        {"description", clip.description},
        {"shortDescription", ""},
        {"episodeUrl", fmt::format("https://cdn.podcast.example/{}.{}", id, video ? "mp4" : "mp3")},
        {"episodeContentType", video ? "video" : "audio"}};
    if (!clip.bare) out["trackTimeMillis"] = clip.seconds * 1000;
    return out;
}

/// iTunes Search: podcast episodes. JSON that calls itself JavaScript.
Plan itunes(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        asked.need(asked.at("/search"), 404, "not found");
        asked.takes({{"term", any_text()}, {"media", exactly("podcast")}},
                    {{"entity", one_of({"podcast", "podcastEpisode"})},
                     {"country", token_text(2, 2)},
                     {"lang", token_text(5, 5)},
                     {"limit", whole_number(1, 200)},
                     {"offset", whole_number(0, 1000)}});
        auto const page = page_of(clips("itunes", asked.text("term"), stage.clock.now(), stage.clips_per_query), {},
                                  static_cast<std::size_t>(asked.number("offset", 0)),
                                  static_cast<std::size_t>(asked.number("limit", 50)));
        json::array results;
        for (auto const& clip : page.clips) results.push_back(episode(clip));
        auto response = answer_json(json::object{{"resultCount", results.size()}, {"results", results}});
        response.content_type = "text/javascript; charset=utf-8";
        return response;
    };
    return {"itunes",
            {},
            answer,
            {{"too many as an empty 403", "rate_limited", {403, {}, "", "text/html"}},
             {"too many", "rate_limited", {429, {}, "", "text/html"}},
             {"bad question", "bad_answer", refusal(400, "Invalid value(s) for key(s): [country]")},
             {"down", "upstream_error", {503, {}, "", "text/html"}}}};
}

} // namespace simulators
