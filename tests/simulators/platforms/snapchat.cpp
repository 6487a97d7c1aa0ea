#include "simulators/all.h"

namespace simulators {

static constexpr char const* stories = "W7_SIMSTORY0000001,W7_SIMSTORY0000002,W7_SIMSTORY0000003";

static json::object story(std::string const& id, Clip const& clip)
{
    auto const views = clip.bare ? "-1" : std::to_string(clip.views); // -1: it does not say
    json::array hashtags;
    for (auto const& tag : clip.tags) hashtags.push_back(json::value("#" + tag));
    return {{"story", {{"storyId", {{"value", id}}}, {"storyType", 7}}},
            {"metadata",
             {{"videoMetadata",
               {{"name", "Spotlight Snap"},
                {"description", clip.title},
                {"uploadDateMs", epoch_text(clip.at) + "000"},
                {"viewCount", views},
                {"shareCount", std::to_string(clip.shares)},
                {"width", "540"},
                {"height", "960"},
                {"durationMs", std::to_string(clip.seconds * 1000)},
                {"thumbnailUrl", "https://cf-st.sc-cdn.net/d/" + clip.id + ".jpg"},
                {"creator",
                 {{"personCreator",
                   {{"username", clip.handle},
                    {"name", clip.author},
                    {"url", "https://www.snapchat.com/add/" + clip.handle}}}}}}},
              {"description", clip.title},
              {"hashtags", hashtags},
              {"engagementStats", {{"viewCount", views}, {"shareCount", std::to_string(clip.shares)}}}}}};
}

/// Pages of Spotlight stories that one knows the id of. The page's feed holds stories of others, too; an id that is
/// gone has a page with those alone.
static net::ServerResponse spotlight(std::string const& id, Stage const& stage)
{
    json::array feed;
    auto const known = base::split(stories, ',');
    for (std::size_t i = 0; i < known.size(); ++i) {
        auto clip = clips("snapchat", stage.topics[i % 2], stage.clock.now(), 3)[i];
        if (known[i] == id) feed.push_back(story(id, clip));
    }
    feed.push_back(story("W7_SOMEBODYELSES", clips("snapchat", "other things", stage.clock.now(), 1).front()));
    json::object const page{{"props", {{"pageProps", {{"spotlightFeed", {{"spotlightStories", feed}}}}}}},
                            {"page", "/spotlight/[id]"},
                            {"query", {{"id", id}}}};
    return answer_page("<!DOCTYPE html><html><head><title>Spotlight</title></head><body><div id=\"__next\"></div>"
                       "<script id=\"__NEXT_DATA__\" type=\"application/json\">" +
                       json::serialize(page) + "</script></body></html>");
}

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_page("<html><body>" + why + "</body></html>", status);
}

/// Snapchat: no search exists; pages of known Spotlight stories.
Plan snapchat(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        asked.takes({});
        auto const id = after(request.path, "/spotlight/");
        asked.need(token_text(10, 80)(id).empty(), 404, "no such page");
        return spotlight(id, stage);
    };
    return {"snapchat",
            {{"source.snapchat_stories", stories}},
            answer,
            {{"blocked", "blocked", answer_page("<html><title>Access denied</title></html>", 403)},
             {"too many", "rate_limited", answer_page("<html>slow down</html>", 429)},
             {"another page", "layout_changed",
              answer_page("<!DOCTYPE html><html><body><p>New Spotlight</p></body></html>")},
             {"down", "upstream_error", answer_page("<html>502</html>", 502)}}};
}

} // namespace simulators
