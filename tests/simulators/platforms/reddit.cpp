#include "simulators/all.h"

namespace simulators {

static constexpr char const* client_id = "sim-reddit-client";
static constexpr char const* client_secret = "sim-reddit-secret";

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_json(json::object{{"message", why}, {"error", status}}, {}, status);
}

static base::Time reach(std::string const& bucket, base::Time now)
{
    using namespace std::chrono;
    if (bucket == "hour") return now - hours(1);
    if (bucket == "day") return now - days(1);
    if (bucket == "week") return now - days(7);
    if (bucket == "month") return now - days(31);
    return bucket == "year" ? now - days(366) : base::Time{};
}

/// Hosted videos, links to YouTube, and posts that are no video at all.
static json::object post(Clip const& clip)
{
    auto const hosted = clip.number % 3 == 0;
    auto const text = clip.number % 3 == 2;
    auto const name = "1s" + clip.id.substr(4);
    auto const link = hosted ? "https://v.redd.it/" + name : "https://www.youtube.com/watch?v=" + clip.id;
    json::object out{{"subreddit", "MadeUpPlaces"},
                     {"title", clip.title},
                     {"selftext", text ? clip.description : ""},
                     {"author", text ? "[deleted]" : clip.handle},
                     {"score", clip.likes},
                     {"ups", clip.likes},
                     {"view_count", nullptr},
                     {"num_comments", clip.comments},
                     {"num_crossposts", clip.number % 4},
                     {"created_utc", static_cast<double>(epoch(clip.at))},
                     {"is_video", hosted},
                     {"is_self", text},
                     {"over_18", false},
                     {"thumbnail", text ? "self" : "https://external-preview.redd.it/" + name + ".jpg"},
                     {"link_flair_text", clip.bare ? json::value(nullptr) : json::value("Video")},
                     {"url", text ? "https://www.reddit.com/r/MadeUpPlaces/comments/" + name : link},
                     {"permalink", "/r/MadeUpPlaces/comments/" + name + "/made_up/"},
                     {"id", name},
                     {"name", "t3_" + name}};
    if (!text) out["author_fullname"] = "t2_" + clip.handle;
    if (!text) out["url_overridden_by_dest"] = link;
    if (!text) out["post_hint"] = hosted ? "hosted:video" : "rich:video";
    if (hosted)
        out["media"] = json::object{{"reddit_video",
                                     {{"duration", clip.seconds},
                                      {"width", 720},
                                      {"height", 1280},
                                      {"fallback_url", link + "/DASH_720.mp4?source=fallback"}}}};
    else if (!text)
        out["media"] = json::object{{"type", "youtube.com"},
                                    {"oembed", {{"provider_name", "YouTube"}, {"author_name", clip.author}}}};
    else
        out["media"] = nullptr;
    return out;
}

static net::ServerResponse search(Asked const& asked, Stage const& stage, Tokens const& tokens)
{
    auto const token = base::lower_ascii(asked.request.header("Authorization"));
    asked.need(token.starts_with("bearer ") && tokens.knows(token.substr(7)), 401, "Unauthorized");
    asked.takes({{"q", any_text()}, {"raw_json", exactly("1")}},
                {{"sort", one_of({"relevance", "hot", "top", "new", "comments"})},
                 {"t", one_of({"hour", "day", "week", "month", "year", "all"})},
                 {"type", exactly("link")},
                 {"limit", whole_number(1, 100)},
                 {"include_over_18", one_of({"on", "off"})},
                 {"count", whole_number(0, 1000)},
                 {"after", prefixed("t3_")}});
    auto words = asked.text("q");
    if (auto const filter = words.find(" (site:"); filter != std::string::npos) words.resize(filter);
    auto const all = clips("reddit", words, stage.clock.now(), stage.clips_per_query);
    std::size_t offset = 0;
    while (!asked.text("after").empty() && offset < all.size() &&
           post(all[offset]).at("name").as_string() != asked.text("after"))
        ++offset;
    if (!asked.text("after").empty()) ++offset;
    auto const page = page_of(all, reach(asked.text("t"), stage.clock.now()), offset,
                              static_cast<std::size_t>(asked.number("limit", 25)));
    json::array children;
    for (auto const& clip : page.clips) children.push_back(json::object{{"kind", "t3"}, {"data", post(clip)}});
    json::value const next = page.next ? json::value(post(page.clips.back()).at("name")) : json::value(nullptr);
    return answer_json(json::object{{"kind", "Listing"},
                                    {"data", {{"after", next}, {"dist", children.size()}, {"children", children}}}},
                       {{"X-Ratelimit-Used", "3"}, {"X-Ratelimit-Remaining", "97.0"}, {"X-Ratelimit-Reset", "240"}});
}

/// Reddit: application tokens and search; the public JSON pages are closed, as they really are.
Plan reddit(Stage const& stage)
{
    auto const tokens = std::make_shared<Tokens>("simreddit");
    auto const answer = [&stage, tokens](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        if (asked.at("/search")) return search(asked, stage, *tokens);
        if (!asked.at("/api/v1/access_token"))
            return answer_page("<html><body>blocked due to a network policy</body></html>", 403);
        asked.header("Authorization", exactly(basic_auth(client_id, client_secret)), 401);
        asked.form({{"grant_type", exactly("client_credentials")}});
        return answer_json(json::object{
            {"access_token", tokens->give()}, {"token_type", "bearer"}, {"expires_in", 86400}, {"scope", "*"}});
    };
    auto too_many = refusal(429, "Too Many Requests");
    too_many.headers = {{"X-Ratelimit-Remaining", "0.0"}, {"X-Ratelimit-Reset", "143"}};
    return {
        "reddit",
        {{"oauth.reddit.client_id", client_id}, {"oauth.reddit.client_secret", client_secret}},
        answer,
        {{"too many", "rate_limited", too_many, "/search"},
         {"too many, without a body", "rate_limited", {429, {{"X-Ratelimit-Reset", "60"}}, "", "text/html"}, "/search"},
         {"token refused", "auth_expired", refusal(401, "Unauthorized"), "/search"},
         {"forbidden", "blocked", refusal(403, "Forbidden"), "/search"},
         {"block page", "blocked", answer_page("<!doctype html><title>Blocked</title><p>network policy", 403),
          "/search"},
         {"a page inside 200", "blocked", answer_page("<!doctype html><title>reddit</title>"), "/search"},
         {"down", "upstream_error", answer_page("<html>our servers are busy</html>", 503), "/search"}}};
}

} // namespace simulators
