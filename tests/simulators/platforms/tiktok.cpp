#include "simulators/all.h"

namespace simulators {

static constexpr char const* client_key = "sim-tiktok-client";
static constexpr char const* client_secret = "sim-tiktok-secret";
static constexpr std::chrono::days window_max{30};

static json::object error_object(int status, std::string const& code, std::string const& why)
{
    return {{"code", code}, {"message", why}, {"http_status_code", status}, {"log_id", "SIM0001"}};
}
static net::ServerResponse failure(int status, std::string const& code, std::string const& why)
{
    return answer_json(json::object{{"data", json::object{}}, {"error", error_object(status, code, why)}}, {}, status);
}
static net::ServerResponse invalid(int status, std::string const& why)
{
    return failure(status, "invalid_params", why);
}

static base::Time day_of(json::value const& document, char const* name, Asked const& asked)
{
    auto const text = document.as_object().contains(name) ? std::string(document.at(name).as_string()) : "";
    if (auto const wrong = basic_date()(text); !wrong.empty()) asked.refuse(400, std::string(name) + " " + wrong);
    return *base::parse_time(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6));
}

/// Every condition of the query by the rules; gives the words that are looked for.
static std::string words_of_query(json::value const& document, Asked const& asked)
{
    std::string words;
    for (auto const& [connective, list] : document.at("query").as_object()) {
        asked.need(one_of({"and", "or", "not"})(connective).empty(), 400,
                   "query holds the unknown " + connective.operator std::string());
        for (auto const& condition : list.as_array()) {
            auto const& field = condition.at("field_name").as_string();
            asked.need(one_of({"keyword", "hashtag_name", "region_code", "create_date", "username", "video_length"})(
                           std::string(field))
                           .empty(),
                       400, "unknown field " + std::string(field));
            asked.need(
                one_of({"EQ", "IN", "GT", "GTE", "LT", "LTE"})(std::string(condition.at("operation").as_string()))
                    .empty(),
                400, "unknown operation");
            asked.need(!condition.at("field_values").as_array().empty(), 400, "no field_values");
            if (field == "keyword" || field == "hashtag_name") words = condition.at("field_values").at(0).as_string();
        }
    }
    asked.need(!words.empty(), 400, "no words to look for");
    return words;
}

static json::object video(Clip const& clip)
{
    json::object out{{"id", 7'400'000'000'000'000'000 + static_cast<std::int64_t>(clip.number) + clip.views * 1000},
                     {"username", clip.handle},
                     {"region_code", "US"},
                     {"create_time", epoch(clip.at)},
                     {"video_description", clip.title + " #" + clip.tags.front()},
                     {"view_count", clip.views},
                     {"like_count", clip.likes},
                     {"comment_count", clip.comments},
                     {"share_count", clip.shares},
                     {"video_duration", clip.seconds}};
    if (!clip.bare) out["hashtag_names"] = json::value_from(clip.tags);
    return out;
}

static net::ServerResponse query(Asked const& asked, Stage const& stage, Tokens const& tokens)
{
    if (!tokens.knows(after(asked.request.header("Authorization"), "Bearer ")))
        throw Refused{"unknown token", failure(401, "access_token_invalid", "The access token is invalid.")};
    asked.takes({{"fields", names_of({"id", "video_description", "create_time", "region_code", "share_count",
                                      "view_count", "like_count", "comment_count", "hashtag_names", "username",
                                      "favorites_count", "video_duration", "voice_to_text"})}});
    auto const body = asked.document();
    for (auto const& [name, unused] : body.as_object())
        asked.need(
            one_of({"query", "start_date", "end_date", "max_count", "cursor", "search_id", "is_random"})(name).empty(),
            400, "unknown member " + std::string(name));
    auto const start = day_of(body, "start_date", asked);
    auto const end = day_of(body, "end_date", asked);
    asked.need(end >= start && end - start <= window_max, 400, "end_date is more than 30 days after start_date");
    auto const words = words_of_query(body, asked);
    auto const* count = body.as_object().if_contains("max_count");
    asked.need(!count || (count->is_int64() && count->as_int64() >= 1 && count->as_int64() <= 100), 400, "max_count");
    auto const* cursor = body.as_object().if_contains("cursor");
    asked.need(!cursor || cursor->is_int64(), 400, "cursor is no number");
    auto const* search_id = body.as_object().if_contains("search_id");
    asked.need(!cursor == !search_id && (!search_id || search_id->as_string() == "74000001"), 400, "stale search_id");
    auto const page = page_of(clips("tiktok", words, stage.clock.now(), stage.clips_per_query), start,
                              cursor ? static_cast<std::size_t>(cursor->as_int64()) : 0,
                              count ? static_cast<std::size_t>(count->as_int64()) : 20);
    json::array videos;
    for (auto const& clip : page.clips) videos.push_back(video(clip));
    return answer_json(json::object{{"data",
                                     {{"videos", videos},
                                      {"cursor", page.next.value_or(page.total)},
                                      {"search_id", "74000001"},
                                      {"has_more", page.next.has_value()}}},
                                    {"error", error_object(200, "ok", "")}});
}

/// TikTok's Research API: client credentials and video queries.
Plan tiktok(Stage const& stage)
{
    auto const tokens = std::make_shared<Tokens>("clt.sim");
    auto const answer = [&stage, tokens](net::ServerRequest const& request) {
        Asked const asked(request, invalid);
        if (asked.at("/v2/research/video/query/")) return query(asked, stage, *tokens);
        if (!asked.at("/v2/oauth/token/")) asked.refuse(404, "no such path");
        asked.form({{"client_key", exactly(client_key)},
                    {"client_secret", exactly(client_secret)},
                    {"grant_type", exactly("client_credentials")}});
        return answer_json(
            json::object{{"access_token", tokens->give()}, {"expires_in", 7200}, {"token_type", "Bearer"}});
    };
    auto const path = "/v2/research/";
    return {"tiktok",
            {{"oauth.tiktok.client_id", client_key}, {"oauth.tiktok.client_secret", client_secret}},
            answer,
            {{"day used up", "quota", failure(429, "daily_quota_limit_exceeded", "Daily quota limit exceeded."), path},
             {"too fast", "rate_limited", failure(429, "rate_limit_exceeded", "The rate limit was exceeded."), path},
             {"token refused", "auth_expired", failure(401, "access_token_invalid", "The token is invalid."), path},
             {"not approved", "auth_missing", failure(403, "scope_not_authorized", "The scope is missing."), path},
             {"error inside 200", "bad_answer", failure(200, "invalid_params", "search_id is stale"), path},
             {"inside", "upstream_error", failure(500, "internal_error", "Something went wrong."), path}}};
}

} // namespace simulators
