#include "simulators/all.h"

#include <algorithm>

namespace simulators {

static constexpr char const* key = "sim-youtube-key";
static constexpr std::size_t ids_max = 50;

static net::ServerResponse refusal(int status, std::string const& why, std::string const& domain,
                                   std::string const& reason, json::array details = {})
{
    json::object error{{"code", status},
                       {"message", why},
                       {"errors", json::array{json::object{{"message", why}, {"domain", domain}, {"reason", reason}}}}};
    if (!details.empty()) error["details"] = std::move(details);
    return answer_json(json::object{{"error", error}}, {}, status);
}
static net::ServerResponse bad_request(int status, std::string const& why)
{
    return refusal(status, why, "global", "badRequest");
}

static net::ServerResponse wrong_key()
{
    return refusal(400, "API key not valid. Please pass a valid API key.", "global", "badRequest",
                   {json::object{{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                                 {"reason", "API_KEY_INVALID"},
                                 {"domain", "googleapis.com"}}});
}

static void need_key(Asked const& asked)
{
    auto const given =
        asked.text("key").empty() ? std::string(asked.request.header("X-Goog-Api-Key")) : asked.text("key");
    if (given.empty()) throw Refused{"no key", refusal(403, "The request is missing a key.", "global", "forbidden")};
    if (given != key) throw Refused{"wrong key", wrong_key()};
}

static json::object snippet(Clip const& clip, bool escaped)
{
    auto const picture = [&](char const* size) {
        return json::object{{"url", "https://i.ytimg.com/vi/" + clip.id + "/" + size}};
    };
    return {{"publishedAt", base::format_time(clip.at)},
            {"channelId", fmt::format("UCmadeup{}", clip.author_id)},
            {"title", escaped ? base::escape_markup(clip.title) : clip.title},
            {"description", escaped ? clip.description.substr(0, 20) + " ..." : clip.description},
            {"thumbnails", {{"default", picture("default.jpg")}, {"high", picture("hqdefault.jpg")}}},
            {"channelTitle", clip.author},
            {"liveBroadcastContent", clip.number == 5 ? "live" : "none"}};
}

static net::ServerResponse search(Asked const& asked, Stage const& stage)
{
    need_key(asked);
    asked.takes({{"part", exactly("snippet")}, {"q", any_text()}, {"type", exactly("video")}},
                {{"key", any_text()},
                 {"publishedAfter", utc_time()},
                 {"publishedBefore", utc_time()},
                 {"maxResults", whole_number(0, 50)},
                 {"order", one_of({"relevance", "date", "rating", "title", "viewCount"})},
                 {"regionCode", token_text(2, 2)},
                 {"relevanceLanguage", token_text(2, 7)},
                 {"videoDuration", one_of({"any", "short", "medium", "long"})},
                 {"videoLicense", one_of({"any", "creativeCommon", "youtube"})},
                 {"safeSearch", one_of({"none", "moderate", "strict"})},
                 {"pageToken", prefixed("CPAGE")}});
    auto const offset = asked.text("pageToken").empty() ? 0UL : std::stoul(asked.text("pageToken").substr(5));
    auto const page = page_of(clips("youtube", asked.text("q"), stage.clock.now(), stage.clips_per_query),
                              base::parse_time(asked.text("publishedAfter")), offset,
                              static_cast<std::size_t>(asked.number("maxResults", 5)));
    json::array items;
    for (auto const& clip : page.clips)
        items.push_back(json::object{{"kind", "youtube#searchResult"},
                                     {"id", {{"kind", "youtube#video"}, {"videoId", clip.id}}},
                                     {"snippet", snippet(clip, true)}});
    json::object out{{"kind", "youtube#searchListResponse"},
                     {"pageInfo", {{"totalResults", page.total}, {"resultsPerPage", page.clips.size()}}},
                     {"items", items}};
    if (page.next) out["nextPageToken"] = "CPAGE" + std::to_string(*page.next);
    return answer_json(out, {{"ETag", "\"sim\""}});
}

static json::object video(Clip const& clip)
{
    auto const live = clip.number == 5;
    auto details = snippet(clip, false);
    json::object statistics{{"viewCount", std::to_string(clip.views)}, {"favoriteCount", "0"}};
    if (!clip.bare) {
        details["tags"] = json::value_from(clip.tags);
        details["defaultAudioLanguage"] = "en-US";
        statistics["likeCount"] = std::to_string(clip.likes); // else the owner hides them
    }
    if (!live) statistics["commentCount"] = std::to_string(clip.comments);
    return {{"kind", "youtube#video"},
            {"id", clip.id},
            {"snippet", details},
            {"contentDetails",
             {{"duration", live ? "P0D" : fmt::format("PT{}M{}S", clip.seconds / 60, clip.seconds % 60)}}},
            {"status", {{"license", clip.number % 4 == 0 ? "creativeCommon" : "youtube"}, {"embeddable", true}}},
            {"statistics", statistics}};
}

/// Says nothing of videos that are gone, and keeps an order of its own. The niche isn't asked for here: an id is
/// enough.
static net::ServerResponse videos(Asked const& asked, Stage const& stage, std::set<std::string> const& niches)
{
    need_key(asked);
    asked.takes(
        {{"part", names_of({"id", "snippet", "contentDetails", "statistics", "status", "liveStreamingDetails"})},
         {"id", any_text()}},
        {{"key", any_text()}});
    auto const ids = base::split(asked.text("id"), ',');
    asked.need(ids.size() <= ids_max, 400, "more than 50 ids");
    json::array items;
    for (auto const& niche : niches)
        for (auto const& clip : clips("youtube", niche, stage.clock.now(), stage.clips_per_query))
            if (clip.number != 7 && std::find(ids.begin(), ids.end(), clip.id) != ids.end())
                items.insert(items.begin(), video(clip));
    return answer_json(json::object{{"kind", "youtube#videoListResponse"}, {"items", items}});
}

/// YouTube Data API v3: search, and the statistics of what was found.
Plan youtube(Stage const& stage)
{
    auto const asked_for = std::make_shared<std::pair<std::mutex, std::set<std::string>>>();
    auto const answer = [&stage, asked_for](net::ServerRequest const& request) {
        Asked const asked(request, bad_request);
        asked.method("GET");
        if (asked.at("/youtube/v3/search")) {
            std::scoped_lock const lock(asked_for->first);
            asked_for->second.insert(asked.text("q"));
        }
        if (asked.at("/youtube/v3/search")) return search(asked, stage);
        if (!asked.at("/youtube/v3/videos")) asked.refuse(404, "no such method");
        std::scoped_lock const lock(asked_for->first);
        return videos(asked, stage, asked_for->second);
    };
    auto const search_bucket = "Quota exceeded for quota metric 'Search Queries' and limit 'Search Queries per day'.";
    auto const minute_bucket = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'.";
    return {"youtube",
            {{"key.youtube", key}},
            answer,
            {{"units used up", "quota", refusal(403, "The daily units are used up.", "youtube.quota", "quotaExceeded")},
             {"daily limit", "quota", refusal(403, "Daily Limit Exceeded", "usageLimits", "dailyLimitExceeded")},
             {"searches used up", "quota",
              refusal(429, search_bucket, "global", "rateLimitExceeded",
                      {json::object{{"reason", "RATE_LIMIT_EXCEEDED"},
                                    {"metadata", {{"quota_limit", "SearchQueriesPerDayPerProject"}}}}})},
             {"too fast", "rate_limited",
              refusal(429, minute_bucket, "global", "rateLimitExceeded",
                      {json::object{{"reason", "RATE_LIMIT_EXCEEDED"},
                                    {"metadata", {{"quota_limit", "QueriesPerMinutePerProject"}}}}})},
             {"too fast for one user", "rate_limited",
              refusal(403, "User Rate Limit Exceeded", "usageLimits", "userRateLimitExceeded")},
             {"wrong key", "auth_expired", wrong_key()},
             {"not enabled", "auth_missing",
              refusal(403, "The API has not been used in this project before.", "usageLimits", "accessNotConfigured")},
             {"backend", "upstream_error", refusal(500, "Backend Error", "global", "backendError")}}};
}

} // namespace simulators
