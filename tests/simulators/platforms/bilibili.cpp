#include "simulators/all.h"

namespace simulators {

static constexpr char const* cookie = "SIM-BUVID3";

static net::ServerResponse outcome(int code, std::string const& why, int status = 200)
{
    return answer_json(json::object{{"code", code}, {"message", why}, {"ttl", 1}}, {}, status);
}
static net::ServerResponse refusal(int, std::string const& why) { return outcome(-400, why); }

static json::object row(Clip const& clip)
{
    auto const minutes = clip.number == 2 ? 73 : clip.seconds / 60; // minutes may pass 59, seconds may stand alone
    return {{"type", "video"},
            {"id", 900'000'000 + clip.number},
            {"author", clip.author},
            {"mid", clip.author_id},
            {"typename", "made up"},
            {"arcurl", fmt::format("http://www.bilibili.com/video/av{}", 900'000'000 + clip.views)},
            {"aid", 900'000'000 + clip.views},
            {"bvid", "BV1" + clip.id.substr(2)},
            {"title", "<em class=\"keyword\">" + base::escape_markup(clip.title) + "</em>"},
            {"description", clip.description},
            {"pic", "//i0.hdslb.com/bfs/" + clip.id + ".jpg"},
            {"play", clip.bare ? json::value("--") : json::value(clip.views)},
            {"video_review", 4},
            {"favorites", 9},
            {"tag", clip.bare ? "" : "made,up"},
            {"review", clip.comments},
            {"pubdate", epoch(clip.at)},
            {"duration", fmt::format("{}:{}", minutes, clip.seconds % 60)},
            {"like", clip.likes}};
}

/// Bilibili's unsigned search. Almost everything is a 200.
Plan bilibili(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        asked.need(asked.at("/x/web-interface/search/type"), 404, "no such path");
        if (request.header("Cookie").find("buvid3=" + std::string(cookie)) == std::string_view::npos)
            throw Refused{"no cookie", outcome(-412, "request was banned", 412)};
        asked.header("Referer", prefixed("https://www.bilibili.com/"));
        asked.takes({{"search_type", exactly("video")}, {"keyword", any_text()}},
                    {{"page", whole_number(1, 50)},
                     {"page_size", whole_number(1, 50)},
                     {"order", one_of({"totalrank", "click", "pubdate", "dm", "stow"})},
                     {"duration", whole_number(0, 4)},
                     {"pubtime_begin_s", epoch_seconds()},
                     {"pubtime_end_s", epoch_seconds()}});
        asked.need(asked.text("pubtime_begin_s").empty() == asked.text("pubtime_end_s").empty(), 400,
                   "both ends of the time, or none");
        auto const since = asked.number("pubtime_begin_s", 0);
        auto const size = static_cast<std::size_t>(asked.number("page_size", 20));
        auto const offset = static_cast<std::size_t>(asked.number("page", 1) - 1) * size;
        auto const page = page_of(clips("bilibili", asked.text("keyword"), stage.clock.now(), stage.clips_per_query),
                                  base::Time(std::chrono::seconds(since)), offset, size);
        json::object data{{"seid", "1"},
                          {"page", asked.number("page", 1)},
                          {"pagesize", size},
                          {"numResults", page.total},
                          {"numPages", (page.total + size - 1) / size}};
        json::array result;
        for (auto const& clip : page.clips) result.push_back(row(clip));
        if (!result.empty()) data["result"] = result; // nothing found: no such member
        return answer_json(json::object{{"code", 0}, {"message", "0"}, {"ttl", 1}, {"data", data}});
    };
    return {"bilibili",
            {{"key.bilibili", cookie}},
            answer,
            {{"banned", "blocked", outcome(-412, "request was banned", 412)},
             {"banned inside 200", "blocked", outcome(-412, "request was banned")},
             {"risk control inside 200", "blocked", outcome(-352, "-352")},
             {"too frequent inside 200", "rate_limited", outcome(-799, "too frequent")},
             {"too frequent, the other code", "rate_limited", outcome(-509, "too frequent")},
             {"not logged in", "auth_expired", outcome(-101, "not logged in")},
             {"no permission", "auth_missing", outcome(-403, "no permission")},
             {"bad request inside 200", "bad_answer", outcome(-400, "bad request")}}};
}

} // namespace simulators
