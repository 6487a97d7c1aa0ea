#include "simulators/all.h"

namespace simulators {

static constexpr std::array makers{
    archive_org, bilibili, bluesky,  dailymotion, duckduckgo, facebook, google_trends, hackernews,
    instagram,   itunes,   linkedin, mastodon,    peertube,   pexels,   pinterest,     podcast_index,
    reddit,      rss,      rumble,   snapchat,    tiktok,     twitch,   vimeo,         wikimedia_commons,
    x,           youtube};

World::World(Stage stage, int handler_threads) : stage_(std::move(stage))
{
    for (auto const make : makers) plans_.push_back(make(stage_));
    for (auto const& plan : plans_)
        platforms_[plan.id] =
            std::make_unique<Platform>(plan.answer, plan.errors.front().response.body, handler_threads);
}

Plan const& World::plan(std::string const& id) const
{
    for (auto const& one : plans_)
        if (one.id == id) return one;
    base::fail(base::ErrorCode::NotFound, "no simulator of {}", id);
}

Platform& World::platform(std::string const& id)
{
    static_cast<void>(plan(id));
    return *platforms_.at(id);
}

std::map<std::string, std::string> World::settings(std::string const& id) const
{
    auto const url = platforms_.at(id)->url();
    std::map<std::string, std::string> out{{"endpoint." + id, url}};
    for (auto [name, value] : plan(id).settings) {
        for (auto at = value.find("{here}"); at != std::string::npos; at = value.find("{here}"))
            value.replace(at, 6, url);
        out[name] = value;
    }
    if (id == "rss") out.erase("endpoint.rss"); // feeds are whole addresses
    return out;
}

std::map<std::string, std::string> World::settings() const
{
    std::map<std::string, std::string> out;
    for (auto const& one : plans_) out.merge(settings(one.id));
    return out;
}

std::map<std::string, std::string> World::environment() const
{
    std::map<std::string, std::string> out;
    for (auto const& [name, value] : settings()) {
        auto variable = "ETTAMETTA_" + name;
        for (auto& c : variable) c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        out[variable] = value;
    }
    out["ETTAMETTA_NET_USER_AGENT"] = "ettametta/0.1 (simulated platforms; nobody@example.com)";
    out["ETTAMETTA_NET_ALLOW_ORIGINS"] = feeds_origin();
    return out;
}

void World::delay(base::Milliseconds latency)
{
    for (auto& [id, platform] : platforms_) platform->delay(latency);
}

std::vector<std::string> World::refusals() const
{
    std::vector<std::string> out;
    for (auto const& [id, platform] : platforms_)
        for (auto const& why : platform->refusals()) out.push_back(id + ": " + why);
    return out;
}

std::string World::feeds_origin() const { return platforms_.at("rss")->url(); }

} // namespace simulators
