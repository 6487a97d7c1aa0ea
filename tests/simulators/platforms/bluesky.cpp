#include "simulators/all.h"

namespace simulators {

static constexpr char const* identifier = "engine.sim.example";
static constexpr char const* password = "sim-app-password";

static net::ServerResponse refusal_of(int status, std::string const& name, std::string const& why,
                                      net::Headers headers = {})
{
    return answer_json(json::object{{"error", name}, {"message", why}}, std::move(headers), status);
}
static net::ServerResponse refusal(int status, std::string const& why)
{
    return refusal_of(status, status == 401 ? "AuthMissing" : "InvalidRequest", why);
}

/// A video, a card of a video elsewhere, or text alone.
static json::object post(Clip const& clip)
{
    auto const kind = clip.number % 3;
    auto const did = fmt::format("did:plc:sim{}", clip.author_id);
    json::object record{{"$type", "app.bsky.feed.post"},
                        {"createdAt", base::format_time(clip.at).substr(0, 19) + ".000Z"},
                        {"text", clip.title + "\n#" + clip.tags.front()},
                        {"facets", json::array{json::object{
                                       {"features", json::array{json::object{{"$type", "app.bsky.richtext.facet#tag"},
                                                                             {"tag", clip.tags.front()}}}},
                                       {"index", {{"byteStart", 0}, {"byteEnd", 3}}}}}}};
    if (!clip.bare) record["langs"] = json::array{"en"};
    json::object out{{"uri", "at://" + did + "/app.bsky.feed.post/3l" + clip.id},
                     {"cid", "bafysim" + clip.id},
                     {"author", {{"did", did}, {"handle", clip.handle + ".sim.example"}, {"displayName", clip.author}}},
                     {"record", record},
                     {"replyCount", clip.comments},
                     {"repostCount", clip.shares},
                     {"likeCount", clip.likes},
                     {"quoteCount", 2},
                     {"indexedAt", base::format_time(clip.at).substr(0, 19) + ".512Z"}};
    auto const file = "https://video.bsky.app/watch/" + clip.id;
    if (kind == 0)
        out["embed"] = json::object{{"$type", "app.bsky.embed.video#view"},
                                    {"playlist", file + "/playlist.m3u8"},
                                    {"thumbnail", file + "/thumbnail.jpg"},
                                    {"aspectRatio", {{"width", 720}, {"height", 1280}}}};
    if (kind == 1)
        out["embed"] = json::object{{"$type", "app.bsky.embed.external#view"},
                                    {"external",
                                     {{"uri", "https://www.youtube.com/watch?v=" + clip.id},
                                      {"title", clip.title},
                                      {"description", ""},
                                      {"thumb", "https://cdn.bsky.app/x.jpg"}}}};
    return out;
}

static net::ServerResponse search(Asked const& asked, Stage const& stage)
{
    Check const moment = [](std::string const& value) { return base::parse_time(value) ? "" : "is no time"; };
    asked.takes({{"q", any_text()}}, {{"since", moment},
                                      {"until", moment},
                                      {"sort", one_of({"top", "latest"})},
                                      {"lang", token_text(2, 5)},
                                      {"tag", token_text()},
                                      {"domain", any_text()},
                                      {"limit", whole_number(1, 100)},
                                      {"cursor", whole_number(1, 10'000)}});
    auto const page =
        page_of(clips("bluesky", asked.text("q"), stage.clock.now(), stage.clips_per_query),
                base::parse_time(asked.text("since")), static_cast<std::size_t>(asked.number("cursor", 0)),
                static_cast<std::size_t>(asked.number("limit", 25)));
    json::array posts;
    for (auto const& clip : page.clips) posts.push_back(post(clip));
    json::object out{{"posts", posts}};
    if (page.next) out["cursor"] = std::to_string(*page.next);
    return answer_json(out, {{"ratelimit-limit", "3000"},
                             {"ratelimit-remaining", "2990"},
                             {"ratelimit-reset", epoch_text(stage.clock.now() + std::chrono::minutes(5))},
                             {"ratelimit-policy", "3000;w=300"}});
}

/// Bluesky: sessions of an app password, and post search for those signed in.
Plan bluesky(Stage const& stage)
{
    struct State {
        Tokens access{"simaccess"};
        Tokens refresh{"simrefresh"};
    };
    auto const state = std::make_shared<State>();
    auto const answer = [&stage, state](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        auto const bearer = after(request.header("Authorization"), "Bearer ");
        auto const session = [&] {
            return answer_json(json::object{{"did", "did:plc:sim"},
                                            {"handle", identifier},
                                            {"accessJwt", state->access.give()},
                                            {"refreshJwt", state->refresh.give()},
                                            {"active", true}});
        };
        if (asked.at("/xrpc/com.atproto.server.createSession")) {
            auto const body = asked.document().as_object();
            auto const fine = body.contains("identifier") && body.contains("password") &&
                              body.at("identifier") == identifier && body.at("password") == password;
            if (!fine)
                throw Refused{"wrong password",
                              refusal_of(401, "AuthenticationRequired", "Invalid identifier or password")};
            return session();
        }
        if (asked.at("/xrpc/com.atproto.server.refreshSession")) {
            asked.method("POST");
            if (!state->refresh.knows(bearer))
                throw Refused{"wrong refresh token", refusal_of(400, "ExpiredToken", "Token has been revoked")};
            return session();
        }
        asked.method("GET");
        asked.need(!bearer.empty(), 401, "Authentication Required");
        if (!state->access.knows(bearer))
            throw Refused{"expired token", refusal_of(400, "ExpiredToken", "Token has expired")};
        asked.need(asked.at("/xrpc/app.bsky.feed.searchPosts"), 404, "XRPC method not supported");
        return search(asked, stage);
    };
    auto const path = "/xrpc/app.bsky.";
    return {"bluesky",
            {{"oauth.bluesky.identifier", identifier}, {"oauth.bluesky.password", password}},
            answer,
            {{"token expired as a 400", "auth_expired", refusal_of(400, "ExpiredToken", "Token has expired"), path},
             {"not signed in", "auth_expired", refusal_of(401, "AuthMissing", "Authentication Required"), path},
             {"wrong host", "blocked",
              answer_page("<html><body><h1>403 Forbidden</h1>Request forbidden by administrative rules.</body></html>",
                          403),
              path},
             {"bad question", "bad_answer", refusal_of(400, "InvalidRequest", "q must not be empty"), path},
             {"too many", "rate_limited",
              refusal_of(429, "RateLimitExceeded", "Rate Limit Exceeded",
                         {{"ratelimit-reset", epoch_text(stage.clock.now() + std::chrono::seconds(99))}}),
              path},
             {"upstream", "upstream_error", refusal_of(502, "UpstreamFailure", ""), path}}};
}

} // namespace simulators
