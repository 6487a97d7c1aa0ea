#include "simulators/all.h"

namespace simulators {

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_json(json::object{{"message", why}, {"status", status}}, {}, status);
}

static json::object hit(Clip const& clip)
{
    auto const id = std::to_string(40'000'000 + clip.views);
    json::object out{{"_tags", json::array{"story", json::value("author_" + clip.handle), json::value("story_" + id)}},
                     {"author", clip.handle},
                     {"created_at", base::format_time(clip.at)},
                     {"created_at_i", epoch(clip.at)},
                     {"num_comments", clip.comments},
                     {"objectID", id},
                     {"points", clip.number == 4 ? json::value(nullptr) : json::value(clip.likes)},
                     {"story_id", 40'000'000 + clip.views},
                     {"title", clip.number % 3 == 0 ? clip.title + " [video]" : clip.title}};
    if (clip.number % 3 == 1)
        out["story_text"] = "<p>I made this &amp; that.";
    else
        out["url"] =
            clip.number % 3 == 0 ? "https://www.youtube.com/watch?v=" + clip.id : "https://made-up.example/" + clip.id;
    return out;
}

/// Hacker News as Algolia searches it.
Plan hackernews(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        asked.need(asked.at("/api/v1/search") || asked.at("/api/v1/search_by_date"), 404, "not found");
        Check const filters = [](std::string const& value) -> std::string {
            auto const at = std::string("created_at_i>");
            return value.starts_with(at) && epoch_seconds()(value.substr(at.size(), 10)).empty()
                       ? ""
                       : "invalid numericFilters";
        };
        asked.takes({{"query", any_text()}}, {{"tags", one_of({"story", "show_hn", "front_page", "(story,show_hn)"})},
                                              {"numericFilters", filters},
                                              {"page", whole_number(0, 50)},
                                              {"hitsPerPage", whole_number(1, 1000)},
                                              {"restrictSearchableAttributes", exactly("url")}});
        auto const since =
            asked.text("numericFilters").empty() ? 0 : std::stol(asked.text("numericFilters").substr(13));
        auto const size = static_cast<std::size_t>(asked.number("hitsPerPage", 20));
        auto const number = static_cast<std::size_t>(asked.number("page", 0));
        auto const page = page_of(clips("hackernews", asked.text("query"), stage.clock.now(), stage.clips_per_query),
                                  base::Time(std::chrono::seconds(since)), number * size, size);
        json::array hits;
        for (auto const& clip : page.clips) hits.push_back(hit(clip));
        return answer_json(json::object{{"hits", hits},
                                        {"hitsPerPage", size},
                                        {"nbHits", page.total},
                                        {"nbPages", (page.total + size - 1) / size},
                                        {"page", number},
                                        {"query", asked.text("query")}});
    };
    return {"hackernews",
            {},
            answer,
            {{"bad filter", "bad_answer", refusal(400, "invalid numericFilters")},
             {"too many", "rate_limited", refusal(429, "Too many requests")},
             {"inside", "upstream_error", refusal(500, "internal error")}}};
}

} // namespace simulators
