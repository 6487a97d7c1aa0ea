#include "simulators/all.h"

namespace simulators {

static constexpr char const* token = "sim-x-bearer";
static constexpr std::chrono::days reach{7};

static net::ServerResponse problem(int status, std::string const& title, std::string const& type = "about:blank",
                                   net::Headers headers = {})
{
    return answer_json(json::object{{"title", title}, {"detail", title}, {"type", type}, {"status", status}},
                       std::move(headers), status);
}
static net::ServerResponse invalid(int status, std::string const& why)
{
    return answer_json(json::object{{"errors", json::array{json::object{{"message", why}}}},
                                    {"title", "Invalid Request"},
                                    {"type", "https://api.twitter.com/2/problems/invalid-request"}},
                       {}, status);
}

static net::Headers rate(base::Time now, int left)
{
    return {{"x-rate-limit-limit", "450"},
            {"x-rate-limit-remaining", std::to_string(left)},
            {"x-rate-limit-reset", epoch_text(now + std::chrono::minutes(9))}};
}

static json::object post(Clip const& clip)
{
    json::object out{{"id", fmt::format("19000{}{:04}", clip.views, clip.number)},
                     {"text", base::escape_markup(clip.title) + "\nhttps://t.co/madeup"},
                     {"author_id", std::to_string(clip.author_id)},
                     {"created_at", base::format_time(clip.at).substr(0, 19) + ".000Z"},
                     {"public_metrics",
                      {{"retweet_count", clip.shares},
                       {"reply_count", clip.comments},
                       {"like_count", clip.likes},
                       {"quote_count", 2},
                       {"bookmark_count", 1},
                       {"impression_count", clip.views * 3}}},
                     {"attachments", {{"media_keys", json::array{"13_" + clip.id}}}}};
    if (!clip.bare) out["lang"] = "en";
    if (!clip.bare)
        out["entities"] =
            json::object{{"hashtags", json::array{json::object{{"start", 0}, {"end", 3}, {"tag", clip.tags.front()}}}}};
    return out;
}

/// Every fifth is an animated picture, which has neither a length nor plays.
static json::object media(Clip const& clip)
{
    json::object out{{"media_key", "13_" + clip.id},
                     {"type", clip.number % 5 == 4 ? "animated_gif" : "video"},
                     {"width", 720},
                     {"height", 1280},
                     {"preview_image_url", "https://pbs.twimg.com/" + clip.id + ".jpg"}};
    if (clip.number % 5 == 4) return out;
    out["duration_ms"] = clip.seconds * 1000 + 125;
    out["public_metrics"] = json::object{{"view_count", clip.views}};
    return out;
}

static net::ServerResponse search(Asked const& asked, Stage const& stage)
{
    asked.takes({{"query", any_text()},
                 {"expansions", names_of({"attachments.media_keys", "author_id"})},
                 {"media.fields", names_of({"duration_ms", "preview_image_url", "public_metrics", "type", "url",
                                            "variants", "width", "height", "alt_text"})},
                 {"tweet.fields", names_of({"created_at", "public_metrics", "lang", "entities", "attachments",
                                            "author_id", "possibly_sensitive", "note_tweet"})},
                 {"user.fields", names_of({"username", "name", "public_metrics", "verified"})}},
                {{"start_time", utc_time()},
                 {"end_time", utc_time()},
                 {"max_results", whole_number(10, 100)},
                 {"sort_order", one_of({"recency", "relevancy"})},
                 {"next_token", prefixed("simnext")}});
    auto const now = stage.clock.now();
    auto const since = base::parse_time(asked.text("start_time")).value_or(now - reach);
    asked.need(since >= now - reach, 400,
               "Invalid 'start_time': it must be on or after " + base::format_time(now - reach));
    auto const end = base::parse_time(asked.text("end_time"));
    asked.need(!end || *end <= now - std::chrono::seconds(10), 400,
               "Invalid 'end_time': it must be 10 seconds in the past");
    auto words = asked.text("query");
    words = words.substr(0, words.find(" has:"));
    auto const offset = asked.text("next_token").empty() ? 0UL : std::stoul(asked.text("next_token").substr(7));
    auto const page = page_of(clips("x", words, now, stage.clips_per_query), since, offset,
                              static_cast<std::size_t>(asked.number("max_results", 10)));
    if (page.clips.empty()) return answer_json(json::object{{"meta", {{"result_count", 0}}}}, rate(now, 440));
    json::array posts;
    json::array pictures;
    json::array users;
    std::set<std::int64_t> known;
    for (auto const& clip : page.clips) {
        posts.push_back(post(clip));
        pictures.push_back(media(clip));
        if (known.insert(clip.author_id).second)
            users.push_back(json::object{{"id", std::to_string(clip.author_id)},
                                         {"username", clip.handle},
                                         {"name", clip.author},
                                         {"public_metrics", {{"followers_count", clip.followers}}}});
    }
    json::object out{{"data", posts},
                     {"includes", {{"media", pictures}, {"users", users}}},
                     {"meta", {{"result_count", posts.size()}}}};
    if (page.next) out["meta"].as_object()["next_token"] = "simnext" + std::to_string(*page.next);
    return answer_json(out, rate(now, 440));
}

/// X, API v2: recent search.
Plan x(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, invalid);
        if (!asked.at("/2/tweets/search/recent")) throw Refused{"no such path", problem(404, "Not Found")};
        asked.method("GET");
        if (request.header("Authorization") != "Bearer " + std::string(token))
            throw Refused{"wrong token", problem(401, "Unauthorized")};
        return search(asked, stage);
    };
    auto cap = answer_json(json::object{{"title", "UsageCapExceeded"},
                                        {"period", "Monthly"},
                                        {"scope", "Product"},
                                        {"detail", "Usage cap exceeded: Monthly product cap"},
                                        {"type", "https://api.twitter.com/2/problems/usage-capped"}},
                           rate(stage.clock.now(), 431), 429);
    return {"x",
            {{"key.x", token}},
            answer,
            {{"too many", "rate_limited", problem(429, "Too Many Requests", "about:blank", rate(stage.clock.now(), 0))},
             {"month used up although the rate looks healthy", "quota", cap},
             {"no credits", "quota", problem(402, "CreditsDepleted", "https://api.twitter.com/2/problems/credits")},
             {"token refused", "auth_expired", problem(401, "Unauthorized")},
             {"plan lacks it", "auth_missing",
              problem(403, "Client Forbidden", "https://api.twitter.com/2/problems/client-forbidden")},
             {"bad question", "bad_answer", invalid(400, "Invalid 'start_time'")},
             {"resting", "upstream_error", problem(503, "Service Unavailable")}}};
}

} // namespace simulators
