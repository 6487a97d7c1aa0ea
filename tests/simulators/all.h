#pragma once
// Every simulated platform, in the order of the alphabet.
#include "simulators/simulator.h"

#include <memory>
#include <set>

namespace simulators {

Plan archive_org(Stage const& stage);
Plan bilibili(Stage const& stage);
Plan bluesky(Stage const& stage);
Plan dailymotion(Stage const& stage);
Plan duckduckgo(Stage const& stage);
Plan facebook(Stage const& stage);
Plan google_trends(Stage const& stage);
Plan hackernews(Stage const& stage);
Plan instagram(Stage const& stage);
Plan itunes(Stage const& stage);
Plan linkedin(Stage const& stage);
Plan mastodon(Stage const& stage);
Plan peertube(Stage const& stage);
Plan pexels(Stage const& stage);
Plan pinterest(Stage const& stage);
Plan podcast_index(Stage const& stage);
Plan reddit(Stage const& stage);
Plan rss(Stage const& stage);
Plan rumble(Stage const& stage);
Plan snapchat(Stage const& stage);
Plan tiktok(Stage const& stage);
Plan twitch(Stage const& stage);
Plan vimeo(Stage const& stage);
Plan wikimedia_commons(Stage const& stage);
Plan x(Stage const& stage);
Plan youtube(Stage const& stage);

/// All of them, each on a port of its own, in this process.
class World {
public:
    explicit World(Stage stage, int handler_threads = 2);
    World(World const&) = delete;
    World& operator=(World const&) = delete;

    std::vector<Plan> const& plans() const { return plans_; }
    Plan const& plan(std::string const& id) const;
    Platform& platform(std::string const& id);
    /// Endpoint, keys and other settings of one source, or of all.
    std::map<std::string, std::string> settings(std::string const& id) const;
    std::map<std::string, std::string> settings() const;
    /// The same as the environment has them: ETTAMETTA_ENDPOINT_YOUTUBE=...
    std::map<std::string, std::string> environment() const;
    /// Every platform answers no sooner than this.
    void delay(base::Milliseconds latency);
    /// What was asked against a platform's rules, by source.
    std::vector<std::string> refusals() const;
    /// Asked at a loopback address although a guard forbids those: feeds are named by users.
    std::string feeds_origin() const;

private:
    Stage stage_;
    std::vector<Plan> plans_;
    std::map<std::string, std::unique_ptr<Platform>> platforms_;
};

} // namespace simulators
