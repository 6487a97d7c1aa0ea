#include "simulators/all.h"

namespace simulators {

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_json(json::object{{"error", why}}, {}, status);
}

static std::int64_t snowflake(Clip const& clip) { return (epoch(clip.at) * 1000 << 16) + clip.number; }

/// A video, text alone, or a card of a video elsewhere.
static json::object status(Clip const& clip)
{
    auto const kind = clip.number % 3;
    auto const page = fmt::format("https://social.example/@{}/{}", clip.handle, snowflake(clip));
    json::array media;
    json::value card = nullptr;
    if (kind == 0)
        media.push_back(json::object{
            {"id", "1"},
            {"type", "video"},
            {"url", "https://files.social.example/" + clip.id + ".mp4"},
            {"preview_url", "https://files.social.example/" + clip.id + ".png"},
            {"meta", {{"original", {{"width", 720}, {"height", 1280}, {"duration", clip.seconds + 0.02}}}}},
            {"description", nullptr}});
    if (kind == 2)
        card = json::object{{"url", "https://www.youtube.com/watch?v=" + clip.id},
                            {"title", clip.title},
                            {"type", "video"},
                            {"provider_name", "YouTube"},
                            {"author_name", clip.author},
                            {"image", "https://files.social.example/card.png"}};
    json::array tags;
    for (auto const& tag : clip.tags)
        tags.push_back(json::object{{"name", tag}, {"url", "https://social.example/tags/" + tag}});
    return {{"id", std::to_string(snowflake(clip))},
            {"created_at", base::format_time(clip.at).substr(0, 19) + ".000Z"},
            {"sensitive", false},
            {"visibility", "public"},
            {"language", clip.bare ? json::value(nullptr) : json::value("en")},
            {"uri", page},
            {"url", page},
            {"replies_count", clip.comments},
            {"reblogs_count", clip.shares},
            {"favourites_count", clip.likes},
            {"content", "<p>" + base::escape_markup(clip.title) +
                            " <a href=\"https://social.example/tags/x\">#<span>x</span></a></p>"},
            {"reblog", nullptr},
            {"account",
             {{"id", std::to_string(clip.author_id)},
              {"acct", clip.handle},
              {"display_name", clip.author},
              {"url", "https://social.example/@" + clip.handle},
              {"followers_count", clip.followers}}},
            {"media_attachments", media},
            {"tags", tags},
            {"card", card}};
}

/// One Mastodon server's hashtag timelines; the answer is a list without a wrapping.
Plan mastodon(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        auto const tag = after(request.path, "/api/v1/timelines/tag/");
        asked.need(!tag.empty() && token_text()(tag).empty(), 404, "Record not found");
        Check const id = whole_number(0, std::numeric_limits<long>::max());
        asked.takes({}, {{"limit", whole_number(1, 40)},
                         {"only_media", one_of({"true", "false"})},
                         {"local", one_of({"true", "false"})},
                         {"remote", one_of({"true", "false"})},
                         {"max_id", id},
                         {"min_id", id},
                         {"since_id", id},
                         {"any[]", token_text()},
                         {"all[]", token_text()},
                         {"none[]", token_text()}});
        auto all = clips("mastodon", tag, stage.clock.now(), stage.clips_per_query);
        auto const lower = std::max(asked.number("min_id", 0), asked.number("since_id", 0));
        auto const upper = asked.number("max_id", std::numeric_limits<long>::max());
        std::erase_if(all, [&](auto const& clip) { return snowflake(clip) <= lower || snowflake(clip) >= upper; });
        if (asked.text("only_media") == "true")
            std::erase_if(all, [](auto const& clip) { return clip.number % 3 != 0; });
        json::array out;
        for (auto const& clip : page_of(all, {}, 0, static_cast<std::size_t>(asked.number("limit", 20))).clips)
            out.push_back(status(clip));
        return answer_json(out,
                           {{"X-RateLimit-Limit", "300"},
                            {"X-RateLimit-Remaining", "299"},
                            {"X-RateLimit-Reset", base::format_time(stage.clock.now() + std::chrono::minutes(5))}});
    };
    auto too_many = refusal(429, "Too many requests");
    too_many.headers = {{"X-RateLimit-Reset", base::format_time(stage.clock.now() + std::chrono::minutes(4))}};
    return {"mastodon",
            {},
            answer,
            {{"preview is off", "auth_missing", refusal(401, "This method requires an authenticated user")},
             {"token invalid", "auth_missing", refusal(401, "The access token is invalid")},
             {"too many", "rate_limited", too_many},
             {"down", "upstream_error", refusal(503, "Service temporarily unavailable")}}};
}

} // namespace simulators
