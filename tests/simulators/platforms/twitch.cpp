#include "simulators/all.h"

namespace simulators {

static constexpr char const* client_id = "simtwitchclient";
static constexpr char const* client_secret = "simtwitchsecret";
static constexpr std::chrono::days window_of_clips{7};

static net::ServerResponse refusal(int status, std::string const& why)
{
    static std::map<int, std::string> const names{{400, "Bad Request"},
                                                  {401, "Unauthorized"},
                                                  {404, "Not Found"},
                                                  {429, "Too Many Requests"},
                                                  {500, "Internal Server Error"}};
    auto const name = names.find(status);
    return answer_json(
        json::object{{"error", name == names.end() ? "Error" : name->second}, {"status", status}, {"message", why}}, {},
        status);
}

static net::Headers points(base::Time now)
{
    return {{"Ratelimit-Limit", "800"},
            {"Ratelimit-Remaining", "799"},
            {"Ratelimit-Reset", epoch_text(now + std::chrono::seconds(1))}};
}

static net::ServerResponse categories(Asked const& asked, Stage const& stage, std::map<std::string, std::string>& games)
{
    asked.takes({{"query", any_text()}}, {{"first", whole_number(1, 100)}, {"after", any_text()}});
    json::array data;
    for (int i = 0; i < 2; ++i) {
        auto const id =
            std::to_string(900'000 + clips("twitch", asked.text("query"), stage.clock.now(), 1).front().views * 10 + i);
        games[id] = asked.text("query");
        data.push_back(json::object{{"id", id},
                                    {"name", fmt::format("Made-up category {}", i)},
                                    {"box_art_url", "https://static-cdn.jtvnw.net/box.jpg"}});
    }
    return answer_json(json::object{{"data", data}, {"pagination", json::object{}}}, points(stage.clock.now()));
}

static json::object clip_row(Clip const& clip, std::string const& game)
{
    return {{"id", "MadeUp" + clip.id},
            {"url", "https://clips.twitch.tv/MadeUp" + clip.id},
            {"broadcaster_id", std::to_string(clip.author_id)},
            {"broadcaster_name", clip.author},
            {"creator_name", "somebody"},
            {"video_id", clip.bare ? "" : "2700000001"},
            {"game_id", game},
            {"language", "en"},
            {"title", clip.title},
            {"view_count", clip.views},
            {"created_at", base::format_time(clip.at)},
            {"thumbnail_url", "https://static-cdn.jtvnw.net/" + clip.id + "-480x272.jpg"},
            {"duration", std::min(clip.seconds, 60) - 0.5},
            {"vod_offset", clip.bare ? json::value(nullptr) : json::value(1957)}};
}

static net::ServerResponse clips_of(Asked const& asked, Stage const& stage,
                                    std::map<std::string, std::string> const& games)
{
    asked.takes({{"game_id", token_text()}}, {{"started_at", utc_time()},
                                              {"ended_at", utc_time()},
                                              {"first", whole_number(1, 100)},
                                              {"after", prefixed("simcursor")}});
    auto const game = games.find(asked.text("game_id"));
    asked.need(game != games.end(), 404, "unknown game");
    auto const from = base::parse_time(asked.text("started_at"));
    auto const to = asked.text("ended_at").empty() && from ? std::optional(*from + window_of_clips)
                                                           : base::parse_time(asked.text("ended_at"));
    auto all = clips("twitch" + game->first, game->second, stage.clock.now(), stage.clips_per_query);
    if (to) std::erase_if(all, [&](auto const& clip) { return clip.at > *to; });
    std::stable_sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.views > b.views; });
    auto const offset = asked.text("after").empty() ? 0UL : std::stoul(asked.text("after").substr(9));
    auto const page = page_of(all, from, offset, static_cast<std::size_t>(asked.number("first", 20)));
    json::array data;
    for (auto const& clip : page.clips) data.push_back(clip_row(clip, game->first));
    json::object pagination;
    if (page.next) pagination["cursor"] = "simcursor" + std::to_string(*page.next);
    return answer_json(json::object{{"data", data}, {"pagination", pagination}}, points(stage.clock.now()));
}

/// Twitch's Helix: categories by name, the clips of each; application tokens.
Plan twitch(Stage const& stage)
{
    struct State {
        Tokens tokens{"simtwitch"};
        std::mutex mutex;
        std::map<std::string, std::string> games;
    };
    auto const state = std::make_shared<State>();
    auto const answer = [&stage, state](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        if (asked.at("/oauth2/token")) {
            asked.form({{"client_id", exactly(client_id)},
                        {"client_secret", exactly(client_secret)},
                        {"grant_type", exactly("client_credentials")}});
            return answer_json(json::object{
                {"access_token", state->tokens.give()}, {"expires_in", 5'000'000}, {"token_type", "bearer"}});
        }
        asked.method("GET");
        asked.need(state->tokens.knows(after(request.header("Authorization"), "Bearer ")), 401, "Invalid OAuth token");
        asked.need(request.header("Client-Id") == client_id, 401, "Client ID and OAuth token do not match");
        std::scoped_lock const lock(state->mutex);
        if (asked.at("/helix/search/categories")) return categories(asked, stage, state->games);
        if (!asked.at("/helix/clips")) asked.refuse(404, "no such path");
        return clips_of(asked, stage, state->games);
    };
    auto empty_bucket = refusal(429, "Request limit exceeded");
    empty_bucket.headers = {{"Ratelimit-Remaining", "0"},
                            {"Ratelimit-Reset", epoch_text(stage.clock.now() + std::chrono::seconds(44))}};
    return {"twitch",
            {{"oauth.twitch.client_id", client_id}, {"oauth.twitch.client_secret", client_secret}},
            answer,
            {{"bucket empty", "rate_limited", empty_bucket, "/helix/"},
             {"token refused", "auth_expired", refusal(401, "Invalid OAuth token"), "/helix/"},
             {"bad question", "bad_answer", refusal(400, "Missing required parameter \"game_id\""), "/helix/"},
             {"inside", "upstream_error", refusal(500, ""), "/helix/"}}};
}

} // namespace simulators
