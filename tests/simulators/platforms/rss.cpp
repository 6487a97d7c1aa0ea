#include "simulators/all.h"

namespace simulators {

static constexpr char const* channel = "UCsimchannel0000000000001";

static net::ServerResponse refusal(int status, std::string const& why) { return {status, {}, why, "text/plain"}; }

/// A channel feed has what is trending, a clip of each.
static std::vector<Clip> posted(Stage const& stage, std::string const& feed)
{
    std::vector<Clip> all;
    for (auto const& topic : stage.topics)
        for (auto& clip : clips(feed, topic, stage.clock.now(), 5)) all.push_back(std::move(clip));
    return all;
}

static std::string channel_feed(Stage const& stage)
{
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns:yt=\"http://www.youtube.com/xml/schemas/2015\" "
        "xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns=\"http://www.w3.org/2005/Atom\">"
        "<title>Made-up channel</title><author><name>Made-up channel</name></author>\n";
    for (auto const& clip : posted(stage, "youtube"))
        out += fmt::format(
            "<entry><id>yt:video:{0}</id><yt:videoId>{0}</yt:videoId><yt:channelId>{1}</yt:channelId><title>{2}</"
            "title><link rel=\"alternate\" href=\"https://www.youtube.com/watch?v={0}\"/>"
            "<author><name>{3}</name></author><published>{4}+00:00</published><media:group><media:title>{2}</"
            "media:title><media:thumbnail url=\"https://i1.ytimg.com/vi/{0}/hqdefault.jpg\"/>"
            "<media:description>{5}</media:description><media:community><media:starRating "
            "count=\"{6}\"/><media:statistics views=\"{7}\"/></media:community></media:group></entry>\n",
            clip.id, channel, base::escape_markup(clip.title), base::escape_markup(clip.author),
            base::format_time(clip.at).substr(0, 19), base::escape_markup(clip.description), clip.likes, clip.views);
    return out + "</feed>";
}

static std::string podcast_feed(Stage const& stage)
{
    std::string out = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" "
                      "xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"><channel><title>Made-up "
                      "show</title><language>en</language>\n";
    for (auto const& clip : posted(stage, "podcast"))
        out += fmt::format("<item><title>{}</title><link>https://show.example/{}</link><guid "
                           "isPermaLink=\"false\">{}</guid><pubDate>{}</pubDate><itunes:duration>{}</itunes:duration>"
                           "<enclosure url=\"https://show.example/{}.mp4\" type=\"video/mp4\" length=\"1\"/></item>\n",
                           base::escape_markup(clip.title), clip.id, clip.id, feed_time(clip.at),
                           clock_length(clip.seconds), clip.id);
    return out + "</channel></rss>";
}

/// Feeds with an entity tag: who has it already gets a 304.
Plan rss(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        if (request.header("If-None-Match") == "\"simfeed\"")
            return net::ServerResponse{304, {{"ETag", "\"simfeed\""}}, ""};
        if (asked.at("/feeds/videos.xml")) {
            asked.takes({{"channel_id", exactly(channel)}});
            return net::ServerResponse{200, {{"ETag", "\"simfeed\""}}, channel_feed(stage), "text/xml"};
        }
        asked.takes({});
        asked.need(asked.at("/show.xml"), 404, "no such feed");
        return net::ServerResponse{200, {{"ETag", "\"simfeed\""}}, podcast_feed(stage), "application/rss+xml"};
    };
    return {"rss",
            {{"discovery.feeds", "{here}/feeds/videos.xml?channel_id=" + std::string(channel) + ",{here}/show.xml"}},
            answer,
            {{"gone", "bad_input", {404, {}, "", "text/html"}},
             {"down", "upstream_error", {503, {}, "", "text/html"}},
             {"a page", "bad_answer", answer_page("<html><body>no feed</body></html>")}}};
}

} // namespace simulators
