#include "simulators/all.h"

namespace simulators {

static net::ServerResponse failure(int status, std::string const& code, std::string const& why,
                                   net::Headers headers = {})
{
    return answer_json(json::object{{"error", {{"code", code}, {"info", why}}}}, std::move(headers), status);
}
static net::ServerResponse refusal(int status, std::string const& why)
{
    return failure(status == 400 ? 200 : status, "badvalue", why);
}

static json::object page_row(Clip const& clip, std::size_t index)
{
    auto const file = "Made_up_" + clip.id + ".webm";
    json::object metadata{
        {"LicenseShortName", {{"value", "CC BY-SA 4.0"}}},
        {"Artist", {{"value", "<a href=\"//x.example\">" + base::escape_markup(clip.author) + "</a>"}}},
        {"Categories", {{"value", "Made|Up"}}}};
    if (!clip.bare) metadata["LicenseUrl"] = json::object{{"value", "https://creativecommons.org/licenses/by-sa/4.0"}};
    if (!clip.bare) metadata["ImageDescription"] = json::object{{"value", base::escape_markup(clip.description)}};
    return {
        {"pageid", 150'000'000 + clip.views},
        {"ns", 6},
        {"title", "File:" + clip.title + ".webm"},
        {"index", index},
        {"imageinfo", json::array{json::object{{"timestamp", base::format_time(clip.at)},
                                               {"user", clip.handle},
                                               {"size", 123456},
                                               {"width", 1920},
                                               {"height", 1080},
                                               {"duration", clip.seconds + 0.25},
                                               {"thumburl", "https://upload.wikimedia.org/thumb/" + file + ".jpg"},
                                               {"url", "https://upload.wikimedia.org/" + file},
                                               {"descriptionurl", "https://commons.wikimedia.org/wiki/File:" + file},
                                               {"extmetadata", metadata},
                                               {"mime", clip.number == 6 ? "image/jpeg" : "video/webm"},
                                               {"mediatype", "VIDEO"}}}}};
}

/// MediaWiki's search with file information; errors are a 200.
Plan wikimedia_commons(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        asked.need(asked.at("/w/api.php"), 404, "no such page");
        asked.need(request.header("User-Agent").find('(') != std::string_view::npos, 403,
                   "the User-Agent must name a contact");
        asked.takes({{"action", exactly("query")},
                     {"format", exactly("json")},
                     {"generator", exactly("search")},
                     {"gsrsearch", prefixed("filetype:video ")}},
                    {{"gsrnamespace", exactly("6")},
                     {"gsrsort", one_of({"create_timestamp_desc", "relevance", "last_edit_desc"})},
                     {"gsrlimit", whole_number(1, 50)},
                     {"gsroffset", whole_number(0, 10'000)},
                     {"prop", exactly("imageinfo")},
                     {"iiprop", any_text()},
                     {"iiurlwidth", whole_number(50, 4000)},
                     {"maxlag", whole_number(1, 60)}});
        auto const page = page_of(
            clips("wikimedia_commons", asked.text("gsrsearch").substr(15), stage.clock.now(), stage.clips_per_query),
            {}, static_cast<std::size_t>(asked.number("gsroffset", 0)),
            static_cast<std::size_t>(asked.number("gsrlimit", 10)));
        json::object out{{"batchcomplete", ""}};
        json::object pages;
        for (std::size_t i = page.clips.size(); i-- > 0;)
            pages[std::to_string(150'000'000 + page.clips[i].views)] = page_row(page.clips[i], i + 1);
        if (!pages.empty()) out["query"] = json::object{{"pages", pages}}; // nothing found: no such member
        if (page.next) out["continue"] = json::object{{"gsroffset", *page.next}, {"continue", "gsroffset||"}};
        return answer_json(out);
    };
    return {"wikimedia_commons",
            {},
            answer,
            {{"lag inside 200", "rate_limited",
              failure(200, "maxlag", "Waiting for db9: 7 seconds lagged.", {{"Retry-After", "5"}})},
             {"too many inside 200", "rate_limited", failure(200, "ratelimited", "You've exceeded your rate limit.")},
             {"bad value inside 200", "bad_answer", failure(200, "badvalue", "Unrecognized value for parameter.")},
             {"agent refused", "blocked",
              answer_page("<html>Please set a user-agent and respect our robot policy</html>", 403)},
             {"read only", "upstream_error", failure(200, "readonly", "The wiki is read-only.")}}};
}

} // namespace simulators
