// The real program against strict simulators of every platform.
#include "base/file.h"
#include "base/subprocess.h"
#include "simulators/all.h"
#include "support.h"

#include <set>

namespace {

/// The 25 of which the catalog is made; the podcasts have two directories.
constexpr std::array platforms{
    "youtube",       "tiktok",           "reddit",    "x",           "instagram",     "facebook",
    "twitch",        "snapchat",         "pinterest", "linkedin",    "bilibili",      "rumble",
    "duckduckgo",    "pexels",           "mastodon",  "dailymotion", "vimeo",         "peertube",
    "archive_org",   "bluesky",          "rss",       "hackernews",  "google_trends", "itunes",
    "podcast_index", "wikimedia_commons"};

struct Discover : testing::Test {
    base::TemporaryFolder folder;
    std::map<std::string, std::string> environment{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                                   {"HOME", folder.path().string()},
                                                   {"XDG_DATA_HOME", (folder.path() / "share").string()},
                                                   {"LANG", "C.UTF-8"}};

    /// Footage of one's own about the niche.
    std::string library() const
    {
        auto const path = folder.path() / "library";
        base::make_folder(path);
        base::write_file_atomic(path / "bench.mp4", "not looked into here");
        base::write_file_atomic(path / "bench.mp4.json", R"({"title": "AI tools on my bench", "license": "own"})");
        return path.string();
    }

    base::CommandResult run(std::vector<std::string> arguments, std::string input = {}) const
    {
        arguments.insert(arguments.begin(), (test::build_folder() / "ettametta").string());
        base::Command command{.arguments = std::move(arguments)};
        command.environment = environment;
        command.input = std::move(input);
        command.timeout = base::Milliseconds(120'000);
        return base::run(command);
    }

    static base::json::object const& source(base::json::value const& document, std::string_view id)
    {
        for (auto const& one : document.at("sources").as_array())
            if (one.at("id").as_string() == id) return one.as_object();
        base::fail(base::ErrorCode::NotFound, "no report of {}", id);
    }
};

std::string all_ids()
{
    std::string out = "library";
    for (auto const* id : platforms) out += "," + std::string(id);
    return out;
}

} // namespace

TEST_F(Discover, gives_candidates_of_every_platform_with_the_statuses_of_the_contract)
{
    base::SystemClock const clock;
    simulators::World const world(simulators::Stage{clock});
    for (auto const& [name, value] : world.environment()) environment[name] = value;
    auto const result = run({"discover", "ai tools", "--since", "7d", "--limit", "500", "--json", "--library",
                             library(), "--source", all_ids()});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    auto const document = base::parse_json(result.output, "standard output");
    EXPECT_EQ(document.at("niche").as_string(), "ai tools");
    std::set<std::string> seen;
    for (auto const& one : document.at("candidates").as_array()) {
        seen.insert(std::string(one.at("platform").as_string()));
        auto const& score = one.at("score").to_number<double>();
        EXPECT_TRUE(score >= 0 && score <= 100) << one;
    }
    for (auto const& one : document.at("sources").as_array()) {
        EXPECT_TRUE(one.at("status") == "ok" || one.at("status") == "empty") << one;
        EXPECT_GT(one.at("count").to_number<int>(), 0) << one;
        EXPECT_TRUE(seen.contains(std::string(one.at("id").as_string()))) << one;
    }
    EXPECT_EQ(document.at("sources").as_array().size(), platforms.size() + 1);
    EXPECT_EQ(world.refusals(), std::vector<std::string>{});
}

TEST_F(Discover, bilibili_is_left_out_unless_it_is_named)
{
    base::SystemClock const clock;
    simulators::World const world(simulators::Stage{clock});
    for (auto const& [name, value] : world.environment()) environment[name] = value;
    auto const document = base::parse_json(run({"discover", "ai tools", "--since", "7d", "--json"}).output, "output");
    EXPECT_EQ(source(document, "bilibili").at("status"), "skipped");
    EXPECT_EQ(source(document, "dailymotion").at("status"), "ok");
}

TEST_F(Discover, without_any_setting_each_source_names_what_it_lacks)
{
    std::map<std::string, std::string> const lacking{{"youtube", "key.youtube"},
                                                     {"tiktok", "oauth.tiktok.client_id"},
                                                     {"reddit", "oauth.reddit.client_id"},
                                                     {"x", "key.x"},
                                                     {"instagram", "oauth.instagram.access_token"},
                                                     {"facebook", "oauth.facebook.access_token"},
                                                     {"twitch", "oauth.twitch.client_id"},
                                                     {"snapchat", "source.snapchat_stories"},
                                                     {"pinterest", "oauth.pinterest.access_token"},
                                                     {"linkedin", "oauth.linkedin.access_token"},
                                                     {"bilibili", "key.bilibili"},
                                                     {"pexels", "key.pexels"},
                                                     {"vimeo", "oauth.vimeo.client_id"},
                                                     {"bluesky", "oauth.bluesky.identifier"},
                                                     {"podcast_index", "key.podcast_index"},
                                                     {"rss", "discovery.feeds"},
                                                     {"library", "discovery.library"}};
    std::string ids;
    for (auto const& [id, setting] : lacking) ids += (ids.empty() ? "" : ",") + id;
    auto const result = run({"discover", "ai tools", "--since", "7d", "--json", "--source", ids});
    EXPECT_EQ(result.exit_code, 4) << result.errors; // not configured
    auto const document = base::parse_json(result.output, "standard output");
    for (auto const& [id, setting] : lacking) {
        auto const& report = source(document, id);
        EXPECT_EQ(report.at("status"), "unavailable") << id;
        auto const text =
            std::string(report.at("reason").as_string()) + std::string(report.at("next_action").as_string());
        EXPECT_NE(text.find(setting), std::string::npos) << id << ": " << text;
        EXPECT_LE(report.at("took_ms").to_number<int>(), 50) << id;
    }
}

TEST_F(Discover, knows_the_names_that_everybody_gives_to_keys)
{
    environment["YOUTUBE_API_KEY"] = "one";
    environment["PEXELS_API_KEY"] = "two";
    auto const document = base::parse_json(run({"sources", "list", "--json"}).output, "standard output");
    for (auto const& one : document.as_array())
        if (one.at("id") == "youtube" || one.at("id") == "pexels") { EXPECT_EQ(one.at("configured"), true) << one; }
}

TEST_F(Discover, a_plain_question_shows_what_each_of_25_sources_found)
{
    base::SystemClock const clock;
    simulators::World world{simulators::Stage{clock}};
    for (auto const& [name, value] : world.environment()) environment[name] = value;
    auto const result = run({"discover", "ai tools", "--since", "7d", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    std::set<std::string> seen;
    auto const document = base::parse_json(result.output, "standard output");
    for (auto const& one : document.at("candidates").as_array()) seen.emplace(one.at("platform").as_string());
    EXPECT_EQ(seen.size(), 25U) << result.output.substr(0, 2'000);
    EXPECT_FALSE(seen.contains("bilibili")); // off unless it is named
}

TEST_F(Discover, takes_keys_out_of_the_vault_and_keeps_the_tokens_that_it_fetches_there)
{
    base::SystemClock const clock;
    simulators::World world{simulators::Stage{clock}};
    std::map<std::string, std::string> keys;
    for (auto const& [name, value] : world.settings())
        if (name.starts_with("oauth.reddit.")) keys[name] = value;
    for (auto const& [name, value] : world.environment())
        if (name.starts_with("ETTAMETTA_ENDPOINT_")) environment[name] = value;
    ASSERT_EQ(keys.size(), 2U);
    for (auto const& [name, value] : keys) ASSERT_EQ(run({"keys", "set", name}, value + "\n").exit_code, 0);
    auto const result = run({"discover", "ai tools", "--since", "7d", "--json", "--source", "reddit"});
    EXPECT_EQ(result.exit_code, 0) << result.errors << result.output;
    auto const list = run({"keys", "list", "--json"}).output;
    EXPECT_NE(list.find("token.reddit"), std::string::npos) << list;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder.path()))
        if (entry.is_regular_file())
            for (auto const& [name, value] : keys)
                EXPECT_EQ(base::read_file(entry.path(), 64U << 20U).find(value), std::string::npos) << entry.path();
}
