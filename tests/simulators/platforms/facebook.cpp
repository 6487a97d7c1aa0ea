#include "simulators/all.h"
#include "simulators/meta.h"

namespace simulators {

static constexpr char const* token = "sim-facebook-token";
static constexpr char const* pages = "100000000000011,100000000000012";

static json::object video(Clip const& clip, std::string const& page)
{
    auto const live = clip.number == 5;
    json::object out{{"id", std::to_string(900'000'000'000'000 + clip.views * 100 + clip.number)},
                     {"description", clip.description},
                     {"length", live ? 0.0 : clip.seconds + 0.368},
                     {"created_time", meta_time(clip.at)},
                     {"permalink_url", "/madeuppage/videos/" + clip.id + "/"},
                     {"picture", "https://scontent.xx.fbcdn.net/" + clip.id + ".jpg"},
                     {"thumbnails",
                      {{"data", json::array{json::object{{"uri", "https://scontent.xx.fbcdn.net/" + clip.id + "_n.jpg"},
                                                         {"is_preferred", true}}}}}},
                     {"from", {{"name", clip.author}, {"id", page}}},
                     {"likes", {{"data", json::array{}}, {"summary", {{"total_count", clip.likes}}}}},
                     {"comments", {{"data", json::array{}}, {"summary", {{"total_count", clip.comments}}}}}};
    if (!clip.bare) out["title"] = clip.title;
    if (!clip.bare) out["views"] = clip.views;
    if (live) out["live_status"] = "LIVE";
    return out;
}

/// A page posts about what is trending and about other things.
static net::ServerResponse videos(Asked const& asked, Stage const& stage, std::string const& page)
{
    asked.takes({{"fields", any_text()}}, {{"access_token", any_text()},
                                           {"type", one_of({"uploaded", "tagged"})},
                                           {"limit", whole_number(1, 100)},
                                           {"after", prefixed("simafter")}});
    std::vector<Clip> all;
    auto const each = stage.clips_per_query / static_cast<int>(stage.topics.size()) + 1;
    for (auto const& topic : stage.topics)
        for (auto& clip : clips("facebook" + page, topic, stage.clock.now(), each)) all.push_back(std::move(clip));
    std::stable_sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.at > b.at; });
    auto const offset = asked.text("after").empty() ? 0UL : std::stoul(asked.text("after").substr(8));
    auto const slice = page_of(all, {}, offset, static_cast<std::size_t>(asked.number("limit", 25)));
    json::array data;
    for (auto const& clip : slice.clips) data.push_back(video(clip, page));
    json::object out{{"data", data}};
    if (slice.next) {
        auto const next = "simafter" + std::to_string(*slice.next);
        out["paging"] = json::object{{"cursors", {{"before", "simbefore"}, {"after", next}}},
                                     {"next", "https://graph.facebook.com/v24.0/next?after=" + next}};
    }
    return answer_json(out, {{"X-App-Usage", R"({"call_count":2})"}});
}

/// Facebook: the videos of pages that one may read. There is no search for videos.
Plan facebook(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, graph_refusal);
        asked.method("GET");
        need_graph_token(asked, token);
        auto const path = after(request.path, graph);
        auto const page = path.substr(0, path.find('/'));
        if (!path.ends_with("/videos") || !names_of(base::split(pages, ','))(page).empty())
            throw Refused{"no such page " + path,
                          graph_error(404, 803, "(#803) Some of the aliases you requested do not exist")};
        return videos(asked, stage, page);
    };
    return {
        "facebook", {{"oauth.facebook.access_token", token}, {"source.facebook_pages", pages}}, answer, graph_errors()};
}

} // namespace simulators
