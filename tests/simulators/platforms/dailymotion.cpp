#include "simulators/all.h"

namespace simulators {

static net::ServerResponse refusal_of(int status, std::string const& type, std::string const& why)
{
    return answer_json(json::object{{"error",
                                     {{"more_info", "https://developers.dailymotion.com/api/#error-codes"},
                                      {"code", status},
                                      {"message", why},
                                      {"type", type}}}},
                       {}, status);
}
static net::ServerResponse refusal(int status, std::string const& why)
{
    return refusal_of(status, "invalid_parameter", why);
}

static json::value field(Clip const& clip, std::string const& name)
{
    auto const id = "x" + clip.id.substr(4);
    auto const live = clip.number == 5;
    std::map<std::string, json::value> const all{
        {"id", json::value(id)},
        {"title", json::value(clip.title)},
        {"description", clip.bare ? json::value("") : json::value("One.<br />" + clip.description)},
        {"url", json::value("https://www.dailymotion.com/video/" + id)},
        {"created_time", epoch(clip.at)},
        {"duration", live ? 0 : clip.seconds},
        {"language", "en"},
        {"country", "US"},
        {"views_total", clip.views},
        {"views_last_hour", 3},
        {"views_last_day", clip.views / 9},
        {"views_last_week", clip.views / 2},
        {"views_last_month", clip.views},
        {"likes_total", clip.likes},
        {"tags", json::value_from(clip.bare ? std::vector<std::string>{} : clip.tags)},
        {"thumbnail_360_url", json::value("https://s1.dmcdn.net/v/" + id + "/x360")},
        {"thumbnail_720_url", json::value("https://s1.dmcdn.net/v/" + id + "/x720")},
        {"owner", json::value("u" + std::to_string(clip.author_id))},
        {"owner.screenname", json::value(clip.author)},
        {"owner.url", json::value("https://www.dailymotion.com/" + clip.handle)},
        {"allow_embed", true},
        {"mode", live ? "live" : "vod"}};
    return all.at(name);
}

/// Dailymotion's public data API. Names with a dot are flat in the answer.
Plan dailymotion(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        static std::vector<std::string> const known{"id",
                                                    "title",
                                                    "description",
                                                    "url",
                                                    "created_time",
                                                    "duration",
                                                    "language",
                                                    "country",
                                                    "views_total",
                                                    "views_last_hour",
                                                    "views_last_day",
                                                    "views_last_week",
                                                    "views_last_month",
                                                    "likes_total",
                                                    "tags",
                                                    "thumbnail_360_url",
                                                    "thumbnail_720_url",
                                                    "owner",
                                                    "owner.screenname",
                                                    "owner.url",
                                                    "allow_embed",
                                                    "mode"};
        Asked const asked(request, refusal);
        asked.method("GET");
        if (!asked.at("/videos"))
            throw Refused{"no such path", refusal_of(404, "not_found", "This object does not exist.")};
        if (!asked.text("ams_country").empty())
            throw Refused{"ams_country",
                          refusal_of(403, "access_forbidden", "Insufficient rights for the `ams_country' parameter")};
        asked.takes({{"search", any_text()}, {"fields", names_of(known)}},
                    {{"sort", one_of({"relevance", "recent", "visited", "visited-hour", "visited-today", "visited-week",
                                      "visited-month", "trending", "random", "old"})},
                     {"created_after", epoch_seconds()},
                     {"created_before", epoch_seconds()},
                     {"languages", token_text(2, 20)},
                     {"private", exactly("false")},
                     {"password_protected", exactly("false")},
                     {"family_filter", one_of({"true", "false"})},
                     {"page", whole_number(1, 100)},
                     {"limit", whole_number(1, 100)},
                     {"shorter_than", whole_number(1, 600)}});
        auto const size = static_cast<std::size_t>(asked.number("limit", 10));
        auto const number = static_cast<std::size_t>(asked.number("page", 1));
        auto const page =
            page_of(clips("dailymotion", asked.text("search"), stage.clock.now(), stage.clips_per_query),
                    base::Time(std::chrono::seconds(asked.number("created_after", 0))), (number - 1) * size, size);
        json::array list;
        for (auto const& clip : page.clips) {
            json::object row;
            for (auto const& name : base::split(asked.text("fields"), ',')) row[name] = field(clip, name);
            list.push_back(row);
        }
        return answer_json(json::object{{"page", number},
                                        {"limit", size},
                                        {"explicit", false},
                                        {"total", page.total},
                                        {"has_more", page.next.has_value()},
                                        {"list", list}});
    };
    return {
        "dailymotion",
        {},
        answer,
        {{"bad parameter", "bad_answer", refusal(400, "Invalid value for parameter 'sort'.")},
         {"rights missing", "auth_missing",
          refusal_of(403, "access_forbidden", "Insufficient rights for the `ams_country' parameter")},
         {"too fast as a 403", "rate_limited", refusal_of(403, "access_forbidden", "You have exceeded the rate limit")},
         {"too fast", "rate_limited", refusal_of(429, "rate_limited", "Too many requests")},
         {"error inside 200", "bad_answer",
          answer_json(json::object{{"error", {{"code", 400}, {"message", "x"}, {"type", "missing_parameter"}}}})},
         {"inside", "upstream_error", refusal_of(500, "internal_error", "")}}};
}

} // namespace simulators
