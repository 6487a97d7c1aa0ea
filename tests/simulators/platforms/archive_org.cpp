#include "simulators/all.h"

namespace simulators {

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_json(json::object{{"error", why}}, {}, status);
}

static json::object document(Clip const& clip)
{
    json::object out{{"identifier", "made-up-" + clip.id},
                     {"title", clip.title},
                     {"publicdate", base::format_time(clip.at)},
                     {"downloads", clip.views}};
    if (clip.bare) return out;
    out["description"] = clip.number % 2 == 0 ? json::value("<p>" + base::escape_markup(clip.description))
                                              : json::value(json::array{"Made up.", "Twice."});
    out["creator"] =
        clip.number % 2 == 0 ? json::value(clip.author) : json::value(json::array{json::value(clip.author), "others"});
    out["subject"] = clip.number % 2 == 0 ? json::value("made;up") : json::value_from(clip.tags);
    out["num_reviews"] = clip.comments;
    out["licenseurl"] = "https://creativecommons.org/licenses/by/4.0/";
    out["language"] = "eng";
    return out;
}

static net::ServerResponse search(Asked const& asked, Stage const& stage)
{
    static std::vector<std::string> const fields{"identifier", "title",     "description", "creator",   "publicdate",
                                                 "date",       "downloads", "week",        "month",     "subject",
                                                 "licenseurl", "language",  "num_reviews", "avg_rating"};
    asked.takes({{"q", any_text()}, {"output", exactly("json")}},
                {{"fl[]", one_of(fields)},
                 {"sort[]", one_of({"downloads desc", "week desc", "month desc", "publicdate desc"})},
                 {"rows", whole_number(1, 1000)},
                 {"page", whole_number(1, 1000)}});
    auto const query = asked.text("q");
    auto const from = query.find("publicdate:[");
    auto const since = from == std::string::npos ? std::nullopt : base::parse_time(query.substr(from + 12, 20));
    asked.need(from == std::string::npos || (since && query.substr(from + 32, 6) == " TO *]"), 400,
               "the range of dates is none");
    asked.need(query.starts_with("(\""), 400, "words must be quoted");
    std::string words;
    for (auto const& word : base::words_of(query.substr(0, query.find(") AND"))))
        words += word == "and" ? "" : (words.empty() ? "" : " ") + word;
    auto const size = static_cast<std::size_t>(asked.number("rows", 50));
    auto const page = page_of(clips("archive_org", words, stage.clock.now(), stage.clips_per_query), since,
                              static_cast<std::size_t>(asked.number("page", 1) - 1) * size, size);
    json::array docs;
    for (auto const& clip : page.clips) docs.push_back(document(clip));
    return answer_json(json::object{{"responseHeader", {{"status", 0}}},
                                    {"response", {{"numFound", page.total}, {"start", 0}, {"docs", docs}}}});
}

/// Internet Archive: search, and the files of an item. An unknown item is an empty object, not an error.
Plan archive_org(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        if (asked.at("/advancedsearch.php")) return search(asked, stage);
        auto const item = after(request.path, "/metadata/");
        asked.need(!item.empty(), 404, "no such path");
        if (!item.starts_with("made-up-")) return answer_json(json::object{});
        return answer_json(json::object{
            {"metadata", {{"identifier", item}, {"publicdate", "2026-11-02 14:05:09"}}},
            {"files",
             json::array{json::object{{"name", item + ".mp4"},
                                      {"source", "original"},
                                      {"length", "94.3"},
                                      {"width", "1280"},
                                      {"height", "720"}},
                         json::object{{"name", item + ".ogv"}, {"source", "derivative"}, {"length", "94.3"}}}}});
    };
    return {"archive_org",
            {},
            answer,
            {{"an error inside 200", "upstream_error", refusal(200, "the search is resting"), "/advancedsearch.php"},
             {"maintenance",
              "upstream_error",
              {503, {}, "<html>Temporarily Offline</html>", "text/html"},
              "/advancedsearch.php"},
             {"too many", "rate_limited", {429, {{"Retry-After", "120"}}, "", "text/html"}, "/advancedsearch.php"}}};
}

} // namespace simulators
