#include "simulators/all.h"

namespace simulators {

static constexpr char const* client_id = "sim-vimeo-client";
static constexpr char const* client_secret = "sim-vimeo-secret";

static net::ServerResponse refusal_of(int status, int code, std::string const& why, net::Headers headers = {})
{
    return answer_json(
        json::object{{"error", why}, {"link", nullptr}, {"developer_message", why}, {"error_code", code}},
        std::move(headers), status);
}
static net::ServerResponse refusal(int status, std::string const& why)
{
    return refusal_of(status, status == 401 ? 8003 : 2204, why);
}

static json::object video(Clip const& clip)
{
    auto const id = 900'000'000 + clip.views;
    static constexpr std::array licenses{"by", "by-nc-nd", "cc0"};
    auto const picture = [&](int width) {
        return json::object{{"width", width},
                            {"height", width * 9 / 16},
                            {"link", fmt::format("https://i.vimeocdn.com/video/{}_{}", id, width)}};
    };
    json::array tags;
    for (auto const& tag : clip.tags) tags.push_back(json::object{{"name", tag}, {"canonical", tag}});
    return {
        {"uri", fmt::format("/videos/{}", id)},
        {"name", clip.title},
        {"description", clip.bare ? json::value(nullptr) : json::value(clip.description)},
        {"type", "video"},
        {"link", fmt::format("https://vimeo.com/{}", id)},
        {"duration", clip.seconds},
        {"width", 1920},
        {"height", 1080},
        {"language", clip.bare ? json::value(nullptr) : json::value("en")},
        {"created_time", base::format_time(clip.at).substr(0, 19) + "+00:00"},
        {"release_time",
         clip.bare ? json::value(nullptr) : json::value(base::format_time(clip.at).substr(0, 19) + "+00:00")},
        {"license", clip.number % 4 == 3 ? json::value(nullptr)
                                         : json::value(licenses[static_cast<std::size_t>(clip.number % 3)])},
        {"pictures", {{"sizes", json::array{picture(640), picture(1920), picture(100)}}}},
        {"tags", tags},
        {"stats", {{"plays", clip.bare ? json::value(nullptr) : json::value(clip.views)}}},
        {"metadata", {{"connections", {{"comments", {{"total", clip.comments}}}, {"likes", {{"total", clip.likes}}}}}}},
        {"user",
         {{"uri", fmt::format("/users/{}", clip.author_id)},
          {"name", clip.author},
          {"link", "https://vimeo.com/" + clip.handle}}}};
}

static net::ServerResponse videos(Asked const& asked, Stage const& stage)
{
    asked.takes({{"query", any_text()}},
                {{"sort", one_of({"relevant", "date", "alphabetical", "plays", "likes", "comments", "duration"})},
                 {"direction", one_of({"asc", "desc"})},
                 {"filter", one_of({"CC", "CC-BY", "upload_date"})},
                 {"per_page", whole_number(1, 100)},
                 {"page", whole_number(1, 1000)},
                 {"fields", any_text()}});
    auto const size = static_cast<std::size_t>(asked.number("per_page", 25));
    auto const number = static_cast<std::size_t>(asked.number("page", 1));
    auto const page = page_of(clips("vimeo", asked.text("query"), stage.clock.now(), stage.clips_per_query), {},
                              (number - 1) * size, size);
    asked.need(number == 1 || !page.clips.empty(), 400, "page past the end");
    json::array data;
    for (auto const& clip : page.clips) data.push_back(video(clip));
    json::value const next =
        page.next ? json::value(fmt::format("/videos?query=x&page={}", number + 1)) : json::value(nullptr);
    return answer_json(json::object{{"total", page.total},
                                    {"page", number},
                                    {"per_page", size},
                                    {"paging", {{"next", next}, {"previous", nullptr}}},
                                    {"data", data}},
                       {{"X-RateLimit-Limit", "100"},
                        {"X-RateLimit-Remaining", "98"},
                        {"X-RateLimit-Reset", base::format_time(stage.clock.now() + std::chrono::minutes(15))}});
}

/// Vimeo: application tokens and search.
Plan vimeo(Stage const& stage)
{
    auto const tokens = std::make_shared<Tokens>("simvimeo");
    auto const answer = [&stage, tokens](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        if (asked.at("/oauth/authorize/client")) {
            asked.header("Authorization", exactly(basic_auth(client_id, client_secret)), 401);
            asked.form({{"grant_type", exactly("client_credentials")}, {"scope", exactly("public")}});
            return answer_json(
                json::object{{"access_token", tokens->give()}, {"token_type", "bearer"}, {"scope", "public"}});
        }
        asked.method("GET");
        asked.header("Accept", prefixed("application/vnd.vimeo.*+json"));
        asked.need(tokens->knows(after(base::lower_ascii(request.header("Authorization")), "bearer ")), 401,
                   "You must provide a valid authenticated access token.");
        asked.need(asked.at("/videos"), 404, "not found");
        return videos(asked, stage);
    };
    auto const in_a_week = base::format_time(stage.clock.now() + std::chrono::days(7));
    return {"vimeo",
            {{"oauth.vimeo.client_id", client_id}, {"oauth.vimeo.client_secret", client_secret}},
            answer,
            {{"token refused", "auth_expired",
              refusal_of(401, 8003, "The access token is missing, invalid or expired."), "/videos"},
             {"too many", "rate_limited",
              refusal_of(429, 9000, "Too many API requests.", {{"X-RateLimit-Reset", in_a_week}}), "/videos"},
             {"bad parameter", "bad_answer", refusal_of(400, 2204, "Something strange occurred."), "/videos"},
             {"inside", "upstream_error", refusal_of(500, 1000, "Internal error."), "/videos"}}};
}

} // namespace simulators
