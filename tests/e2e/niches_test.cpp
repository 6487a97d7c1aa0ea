// A niche over time, as a user meets it: searched, watched, scanned again by `serve`, reported.
#include "command_line.h"
#include "simulators/groq.h"
#include "simulators/peertube.h"
#include "store/database.h"

class Niches : public test::CommandLine {
protected:
    Niches()
    {
        std::string others; // nothing on the real network is asked
        auto const sources = json(run({"sources", "--json"}));
        for (auto const& source : sources.as_array())
            if (source.at("id") != "peertube")
                others += (others.empty() ? "" : ",") + std::string(source.at("id").as_string());
        environment["ETTAMETTA_DISCOVERY_DISABLED"] = others;
        environment["ETTAMETTA_ENDPOINT_PEERTUBE"] = peertube.platform.url();
        environment["ETTAMETTA_NET_USER_AGENT"] = "ettametta/0.1 (tests; contact@example.com)";
    }
    static std::string sample(std::string const& name)
    {
        return base::read_file(test::source_folder() / "tests/golden/sources/peertube" / name, 1U << 20U);
    }
    base::CommandResult at(std::string const& time, std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--now", time, "--data", data.string(), "--quiet"});
        return run(arguments);
    }
    /// `serve` from that moment until so many jobs of the kind are done.
    void serve_until(std::string const& time, std::int64_t done)
    {
        std::stop_source stop;
        auto const serve = command({"serve", "--listen", "127.0.0.1:0", "--now", time, "--data", data.string()});
        base::CommandResult result;
        std::jthread server([&] { result = base::run(serve, stop.get_token()); });
        store::Database database((data / "ettametta.db").string());
        for (int i = 0; i < 600 && rescans(database) < done; ++i) // polls another process's rows
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        EXPECT_EQ(rescans(database), done);
        stop.request_stop();
        server.join();
        EXPECT_EQ(result.exit_code, 0) << result.errors;
    }
    static std::int64_t rescans(store::Database& database)
    {
        return database.query("SELECT count(*) FROM jobs WHERE kind = 'rescan' AND state = 'done'")[0]
            .get<std::int64_t>(0);
    }

    simulators::PeerTube peertube{sample("answer.json"), sample("detail.json")};
    test::Path data = path("data");
};

TEST_F(Niches, a_search_is_remembered_watched_and_scanned_again_once)
{
    auto const found = at("2026-05-06T00:00:00Z", {"discover", "Pottery", "--json"});
    auto const first = json(found);
    EXPECT_EQ(first.at("ranking"), "signals only");
    EXPECT_EQ(first.at("new_ids").as_array().size(), first.at("candidates").as_array().size());
    EXPECT_FALSE(first.at("candidates").as_array().empty()) << found.errors;
    auto const watched =
        json(at("2026-05-06T00:10:00Z", {"niches", "watch", "pottery", "--every", "1h", "--since", "30d", "--json"}));
    EXPECT_EQ(watched.at("watched"), true);
    EXPECT_EQ(watched.at("name"), "Pottery");
    serve_until("2026-05-06T05:00:00Z", 1); // four slots were missed, and are caught up once
    serve_until("2026-05-06T06:10:00Z", 2);
    auto const shown = json(at("2026-05-06T06:20:00Z", {"niches", "show", "pottery", "--json"}));
    EXPECT_EQ(shown.at("niche").at("scans"), 3);
    EXPECT_FALSE(shown.at("keywords").as_array().empty());
    auto const& best = shown.at("best").at(0);
    EXPECT_EQ(best.at("growth").at("readings"), 3) << "three scans, three readings";
    EXPECT_EQ(best.at("growth").at("per_hour"), 0.0);
    auto const again = json(at("2026-05-06T06:30:00Z", {"discover", "pottery", "--json"}));
    EXPECT_TRUE(again.at("new_ids").as_array().empty());
    auto const report = json(at("2026-05-06T06:40:00Z", {"niches", "report", "pottery", "--json"}));
    EXPECT_GT(report.at("items").to_number<int>(), 0);
    for (auto const* list : {"keywords", "hooks", "lengths", "posting_times", "platforms"})
        EXPECT_FALSE(report.at(list).as_array().empty()) << list;
    EXPECT_EQ(json(at("2026-05-06T06:50:00Z", {"niches", "unwatch", "pottery", "--json"})).at("next_scan_at"), nullptr);
    EXPECT_EQ(peertube.platform.refusals(), std::vector<std::string>{});
}

TEST_F(Niches, a_model_is_asked_where_one_is_configured_and_not_where_it_is_not_wanted)
{
    simulators::Groq groq("secret");
    environment["GROQ_API_KEY"] = "secret";
    environment["ETTAMETTA_ENDPOINT_GROQ"] = groq.url();
    auto const ranked = json(at("2026-05-06T00:00:00Z", {"discover", "pottery", "--json"}));
    EXPECT_EQ(ranked.at("ranking"), "groq/openai/gpt-oss-120b") << base::json::serialize(ranked.at("ranking_note"));
    EXPECT_EQ(ranked.at("candidates").at(0).at("refinement").at("model"), "groq/openai/gpt-oss-120b");
    EXPECT_EQ(groq.platform.refusals(), std::vector<std::string>{});
    auto const asked = groq.chats().size();
    EXPECT_EQ(json(at("2026-05-06T00:00:00Z", {"discover", "pottery", "--json", "--no-refine"})).at("ranking"),
              "signals only");
    EXPECT_EQ(groq.chats().size(), asked);
    groq.set_models({"somebody/else"});
    auto const without = json(at("2026-05-07T00:00:00Z", {"discover", "pottery kiln", "--json"}));
    EXPECT_EQ(without.at("ranking"), "signals only");
    EXPECT_NE(std::string(without.at("ranking_note").as_string()).find("it has somebody/else"), std::string::npos);
}

TEST_F(Niches, what_makes_no_sense_is_refused)
{
    EXPECT_EQ(error_code(at("2026-05-06T00:00:00Z", {"niches", "show", "nothing", "--json"})), "not_found");
    EXPECT_EQ(error_code(at("2026-05-06T00:00:00Z", {"niches", "watch", "x", "--every", "1s", "--json"})),
              "invalid_input");
    EXPECT_EQ(error_code(at("2026-05-06T00:00:00Z", {"niches", "watch", "?!", "--json"})), "invalid_input");
    EXPECT_EQ(error_code(at("2026-05-06T00:00:00Z", {"niches", "watch", "--json"})), "invalid_input");
    EXPECT_EQ(error_code(at("2026-05-06T00:00:00Z", {"niches", "drop", "x", "--json"})), "invalid_input");
    EXPECT_EQ(json(at("2026-05-06T00:00:00Z", {"niches", "--json"})).as_array().size(), 0U);
}
