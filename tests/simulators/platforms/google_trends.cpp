#include "simulators/all.h"

namespace simulators {

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_page("<html><title>Error</title><p>" + why + "</p></html>", status);
}

static std::string item(std::string const& topic, Clip const& clip)
{
    auto const traffic = clip.number == 0 ? "200,000+" : clip.number == 1 ? "2000+" : "200+";
    std::string news;
    if (clip.number != 2)
        news = fmt::format("<ht:news_item><ht:news_item_title>All about "
                           "{}</ht:news_item_title><ht:news_item_url>https://news.example/{}</"
                           "ht:news_item_url><ht:news_item_source>Made-up News</ht:news_item_source></ht:news_item>",
                           base::escape_markup(topic), clip.id);
    return fmt::format(
        "<item><title>{}</title><ht:approx_traffic>{}</ht:approx_traffic><description/><link>https://trends.google.com/"
        "trending/rss?geo=US</link><pubDate>{} -0800</pubDate>"
        "<ht:picture>https://encrypted-tbn0.gstatic.com/{}</ht:picture><ht:picture_source>Made-up "
        "News</ht:picture_source>{}</item>\n",
        base::escape_markup(topic), traffic,
        feed_time(clip.at - std::chrono::hours(8)).substr(0, feed_time(clip.at - std::chrono::hours(8)).size() - 4),
        clip.id, news);
}

/// What people search for at the moment: topics, not videos; no words can be asked for.
Plan google_trends(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        asked.need(asked.at("/trending/rss"), 404, "no such page");
        Check const place = [](std::string const& value) {
            return (value.size() == 2 || value.size() == 5) && std::isupper(value[0]) != 0 ? "" : "is no place";
        };
        asked.takes({{"geo", place}}, {{"hours", one_of({"4", "24", "48", "168"})}, {"category", whole_number(0, 30)}});
        std::string items;
        int number = 0;
        for (auto const& topic : stage.topics)
            for (auto const* more : {"", " 2026", " explained"}) {
                auto clip = clips("google_trends", topic, stage.clock.now(), 1).front();
                clip.number = number++ % 4;
                items += item(topic + more, clip);
            }
        return net::ServerResponse{
            200,
            {{"ETag", "\"sim\""}},
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<rss "
            "xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:ht=\"https://trends.google.com/trending/rss\" "
            "version=\"2.0\"><channel><title>Daily Search "
            "Trends</title><link>https://trends.google.com/trending/rss?geo=US</link>\n" +
                items + "</channel></rss>",
            "application/xml"};
    };
    return {"google_trends",
            {},
            answer,
            {{"too many", "rate_limited",
              answer_page("<!DOCTYPE html><html><title>Error 429 (Too Many Requests)!!1</title></html>", 429)},
             {"a page inside 200", "blocked",
              answer_page("<!DOCTYPE html><html><title>Before you continue</title></html>")},
             {"no such country", "bad_answer", answer_page("<html>400</html>", 400)},
             {"another document",
              "layout_changed",
              {200, {}, "<?xml version=\"1.0\"?><trends><trend/></trends>", "application/xml"}},
             {"inside", "upstream_error", answer_page("<html>500</html>", 500)}}};
}

} // namespace simulators
