#include "simulators/all.h"

#include <boost/uuid/detail/sha1.hpp>

namespace simulators {

static constexpr char const* key = "SIMPODKEY";
static constexpr char const* secret = "sim$pod#secret";
static constexpr long clock_tolerance_seconds = 180;

static net::ServerResponse refusal(int status, std::string const& why)
{
    return answer_json(json::object{{"status", "false"}, {"description", why}}, {}, status);
}

static std::string sha1(std::string const& text)
{
    boost::uuids::detail::sha1 hash;
    hash.process_bytes(text.data(), text.size());
    unsigned digest[5];
    hash.get_digest(digest);
    std::string out;
    for (auto const part : digest) out += fmt::format("{:08x}", part);
    return out;
}

static json::object feed(Clip const& clip)
{
    auto const id = 9'000'000 + clip.views;
    return {{"id", id},
            {"title", clip.title},
            {"url", fmt::format("https://podcast{}.example/feed.xml", id)},
            {"link", fmt::format("https://podcast{}.example/", id)},
            {"description", clip.description},
            {"author", clip.author},
            {"ownerName", clip.author},
            {"image", clip.bare ? "" : "https://cdn.podcast.example/cover.jpg"},
            {"lastUpdateTime", epoch(clip.at)},
            {"language", "en"},
            {"medium", clip.number % 4 == 1 ? "video" : "podcast"},
            {"dead", 0},
            {"episodeCount", 12},
            {"itunesId", clip.bare ? json::value(nullptr) : json::value(id)},
            {"categories", {{"1", "Arts"}, {"7", "Made-up"}}},
            {"newestItemPubdate", epoch(clip.at)}};
}

/// Podcast Index: each request signed with the time of day.
Plan podcast_index(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        auto const date = std::string(request.header("X-Auth-Date"));
        auto const now = static_cast<long>(epoch(stage.clock.now()));
        asked.need(request.header("X-Auth-Key") == key &&
                       whole_number(now - clock_tolerance_seconds, now + clock_tolerance_seconds)(date).empty() &&
                       request.header("Authorization") == sha1(std::string(key) + secret + date),
                   401, "Authorization header was either not set, blank or invalid.");
        asked.need(asked.at("/api/1.0/search/byterm"), 404, "no such endpoint");
        asked.takes(
            {{"q", any_text()}},
            {{"max", whole_number(1, 1000)}, {"clean", any_text()}, {"val", any_text()}, {"similar", any_text()}});
        auto const page = page_of(clips("podcast_index", asked.text("q"), stage.clock.now(), stage.clips_per_query), {},
                                  0, static_cast<std::size_t>(asked.number("max", 60)));
        json::array feeds;
        for (auto const& clip : page.clips) feeds.push_back(feed(clip));
        return answer_json(json::object{{"status", "true"},
                                        {"feeds", feeds},
                                        {"count", feeds.size()},
                                        {"query", asked.text("q")},
                                        {"description", "Found matching feeds."}});
    };
    return {
        "podcast_index",
        {{"key.podcast_index", key}, {"key.podcast_index_secret", secret}},
        answer,
        {{"signature refused", "auth_expired",
          refusal(401, "Authorization header was either not set, blank or invalid.")},
         {"signature refused in plain text", "auth_expired", {401, {}, "Authorization header invalid", "text/plain"}},
         {"failure inside 200", "bad_answer", refusal(200, "The query is missing.")},
         {"too many", "rate_limited", {429, {}, "slow down", "text/plain"}},
         {"inside", "upstream_error", {500, {}, "", "text/html"}}}};
}

} // namespace simulators
