#include "simulators/all.h"

namespace simulators {

static constexpr char const* key = "sim-pexels-key";

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_json(json::object{{"status", status}, {"code", why}}, {}, status);
}

/// Stock footage: no title of its own, no date, no counts.
static json::object video(Clip const& clip)
{
    auto const id = 9'000'000 + clip.views;
    auto const file = [&](int width, int height, json::value const& quality) {
        return json::object{
            {"id", id + width},
            {"quality", quality},
            {"file_type", "video/mp4"},
            {"width", width},
            {"height", height},
            {"fps", 25.0},
            {"link", fmt::format("https://videos.pexels.com/video-files/{}/{}-{}_{}.mp4", id, id, width, height)},
            {"size", width * 9000}};
    };
    return {
        {"id", id},
        {"width", 1080},
        {"height", 1920},
        {"duration", clip.seconds},
        {"full_res", nullptr},
        {"tags", json::array{}},
        {"url", fmt::format("https://www.pexels.com/video/{}-{}/", base::slug(clip.title, 40), id)},
        {"image", fmt::format("https://images.pexels.com/videos/{}/picture.jpeg", id)},
        {"user", {{"id", clip.author_id}, {"name", clip.author}, {"url", "https://www.pexels.com/@" + clip.handle}}},
        {"video_files",
         json::array{file(540, 960, "sd"), file(1080, 1920, clip.bare ? json::value(nullptr) : json::value("hd"))}},
        {"video_pictures", json::array{}}};
}

/// Pexels' video search.
Plan pexels(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        asked.need(request.header("Authorization") == key, 401, "Unauthorized"); // the key alone, without "Bearer"
        asked.need(asked.at("/v1/videos/search") || asked.at("/videos/search"), 404, "Not Found");
        asked.takes({{"query", any_text()}}, {{"orientation", one_of({"landscape", "portrait", "square"})},
                                              {"size", one_of({"large", "medium", "small"})},
                                              {"locale", token_text(5, 5)},
                                              {"page", whole_number(1, 1000)},
                                              {"per_page", whole_number(1, 80)}});
        auto const size = static_cast<std::size_t>(asked.number("per_page", 15));
        auto const number = static_cast<std::size_t>(asked.number("page", 1));
        auto const page = page_of(clips("pexels", asked.text("query"), stage.clock.now(), stage.clips_per_query), {},
                                  (number - 1) * size, size);
        json::array videos;
        for (auto const& clip : page.clips) videos.push_back(video(clip));
        json::object out{{"page", number}, {"per_page", size}, {"total_results", page.total}, {"videos", videos}};
        if (page.next) out["next_page"] = fmt::format("https://api.pexels.com/v1/videos/search?page={}", number + 1);
        return answer_json(out, {{"X-Ratelimit-Limit", "20000"},
                                 {"X-Ratelimit-Remaining", "19877"},
                                 {"X-Ratelimit-Reset", epoch_text(stage.clock.now() + std::chrono::days(9))}});
    };
    return {"pexels",
            {{"key.pexels", key}},
            answer,
            {{"wrong key", "auth_expired", refusal(401, "Unauthorized")},
             {"too many, without headers", "rate_limited", {429, {}, "Rate limit exceeded", "text/plain"}},
             {"inside", "upstream_error", {500, {}, "", "text/html"}}}};
}

} // namespace simulators
