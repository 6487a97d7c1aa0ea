#include "simulators/all.h"
#include "simulators/meta.h"

namespace simulators {

static constexpr char const* token = "sim-instagram-token";
static constexpr char const* user = "17841400000000077";
static constexpr std::chrono::hours recent{24};

static std::string id_of(std::string const& hashtag)
{
    std::uint64_t sum = 17'800'000'000'000'000U;
    for (auto const c : hashtag)
        sum = sum * 31 % 90'000'000'000'000U + 17'800'000'000'000'000U + static_cast<unsigned char>(c);
    return std::to_string(sum);
}

static json::object medium(Clip const& clip)
{
    auto const carousel = clip.number % 4 == 2;
    json::object out{{"id", std::to_string(17'900'000'000'000'000 + clip.views * 100 + clip.number)},
                     {"media_type", carousel ? "CAROUSEL_ALBUM" : "VIDEO"},
                     {"permalink", fmt::format("https://www.instagram.com/{}/{}/", carousel ? "p" : "reel", clip.id)},
                     {"timestamp", meta_time(clip.at)},
                     {"comments_count", clip.comments}};
    if (clip.number != 3) out["caption"] = clip.title + " #" + clip.tags.front();
    if (!clip.bare) out["like_count"] = clip.likes; // else the owner hides them
    if (!clip.bare && !carousel) out["media_url"] = "https://scontent.cdninstagram.com/" + clip.id + ".mp4";
    return out;
}

static net::ServerResponse media(Asked const& asked, Stage const& stage, std::string const& hashtag, bool top)
{
    asked.takes({{"user_id", exactly(user)},
                 {"fields", names_of({"id", "caption", "media_type", "media_url", "permalink", "timestamp",
                                      "like_count", "comments_count", "children"})}},
                {{"access_token", any_text()}, {"limit", whole_number(1, 50)}, {"after", prefixed("simafter")}});
    // A recent hour for each: the edge looks back one day only.
    auto all = clips("instagram", hashtag, stage.clock.now(), stage.clips_per_query);
    for (auto& clip : all) clip.at = stage.clock.now() - std::chrono::minutes(50 * (clip.number + 1)) * (top ? 9 : 1);
    auto const offset = asked.text("after").empty() ? 0UL : std::stoul(asked.text("after").substr(8));
    auto const since = top ? base::Time{} : stage.clock.now() - recent;
    auto const page = page_of(all, since, offset, static_cast<std::size_t>(asked.number("limit", 25)));
    json::array data;
    for (auto const& clip : page.clips) data.push_back(medium(clip));
    json::object out{{"data", data}};
    if (page.next) {
        auto const next = "simafter" + std::to_string(*page.next);
        out["paging"] = json::object{{"cursors", {{"after", next}}},
                                     {"next", "https://graph.facebook.com/v24.0/next?after=" + next}};
    }
    return answer_json(out, {{"X-Business-Use-Case-Usage", R"({"178":[{"type":"instagram","call_count":3}]})"}});
}

/// Instagram's hashtag search in the Graph API.
Plan instagram(Stage const& stage)
{
    auto const known = std::make_shared<std::pair<std::mutex, std::map<std::string, std::string>>>();
    auto const answer = [&stage, known](net::ServerRequest const& request) {
        Asked const asked(request, graph_refusal);
        asked.method("GET");
        need_graph_token(asked, token);
        auto const path = after(request.path, graph);
        std::scoped_lock const lock(known->first);
        if (path == "ig_hashtag_search") {
            asked.takes({{"user_id", exactly(user)}, {"q", token_text()}}, {{"access_token", any_text()}});
            auto const hashtag = asked.text("q");
            if (hashtag == "nosuchtag")
                throw Refused{"no such hashtag",
                              graph_error(400, 24, "The requested resource does not exist", 2207024)};
            known->second[id_of(hashtag)] = hashtag;
            return answer_json(json::object{{"data", json::array{json::object{{"id", id_of(hashtag)}}}}});
        }
        auto const hashtag = known->second.find(path.substr(0, path.find('/')));
        if (hashtag == known->second.end()) asked.refuse(404, "unknown id " + path);
        if (path.ends_with("/top_media")) return media(asked, stage, hashtag->second, true);
        if (!path.ends_with("/recent_media")) asked.refuse(404, "unknown edge " + path);
        return media(asked, stage, hashtag->second, false);
    };
    auto errors = graph_errors();
    errors.push_back({"thirty hashtags in seven days", "quota", graph_error(400, 18, "(#18) too many unique hashtags"),
                      "/v24.0/ig_"});
    return {"instagram", {{"oauth.instagram.access_token", token}, {"source.instagram_user", user}}, answer, errors};
}

} // namespace simulators
