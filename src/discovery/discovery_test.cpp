#include "discovery/discovery.h"

#include "database_case.h"
#include "simulators/peertube.h"
#include "simulators/victim.h"
#include "store/tables/candidates.h"

#include <algorithm>

using base::ErrorCode;
using discovery::Candidate;
using namespace std::chrono_literals;

namespace {

/// A model that answers as the victim does, or not at all.
class Model : public ai::LanguageModel {
public:
    std::string who(std::stop_token const&) override { return "groq/test"; }
    ai::Answer ask(ai::Question const& question, std::stop_token const&) override
    {
        if (down) base::fail(ErrorCode::Unavailable, base::Next{"start it"}, "the model sleeps");
        auto value = base::parse_json(simulators::Victim::answer(question.system, question.user), "answer");
        return {std::move(value), "groq/test", 10, false};
    }
    bool down = false;
};

/// One PeerTube, whose items' numbers a test decides.
class DiscoveryTest : public test::DatabaseCase {
protected:
    struct Item {
        std::string id;
        std::string title;
        std::int64_t views;
        int hours_old = 30;
    };
    void serve(std::vector<Item> const& items)
    {
        base::json::array data;
        for (auto const& item : items)
            data.push_back(base::json::object{{"uuid", item.id},
                                              {"url", "https://tube.example/w/" + item.id},
                                              {"name", item.title},
                                              {"description", "#" + item.id + " and more"},
                                              {"publishedAt", base::format_time(start_ - item.hours_old * 1h)},
                                              {"duration", 40},
                                              {"views", item.views},
                                              {"likes", item.views / 30},
                                              {"tags", base::json::array{"Clay"}}});
        auto const total = data.size();
        platform_.emplace(base::json::serialize(base::json::object{{"total", total}, {"data", std::move(data)}}), "{}");
        discovery::Options options;
        options.endpoints = {{"peertube", platform_->platform.url()}};
        scanner_.emplace(test::source_folder() / "catalog", options, client_, clock_);
        discovery_.emplace(discovery::Discovery::Parts{*scanner_, *database_, model_, clock_, ids_});
    }
    discovery::Discovered run(std::string const& niche = "pottery", std::string const& owner = "ada")
    {
        return discovery_->run({{niche, start_ - 30 * 24h, 50, {"peertube"}}, owner}, {});
    }
    discovery::Discovered run_and_remember(std::string const& niche = "pottery", std::string const& owner = "ada")
    {
        auto const found = run(niche, owner);
        database_->transaction([&](store::Connection& connection) { discovery_->remember(connection, found); });
        return found;
    }
    std::int64_t count(std::string const& table)
    {
        return database_->query("SELECT count(*) FROM " + table)[0].get<std::int64_t>(0);
    }
    static Candidate const& find(discovery::Discovered const& found, std::string const& id)
    {
        return *std::ranges::find(found.result.candidates, "peertube:" + id, &Candidate::id);
    }

    base::Time const start_ = clock_.now();
    std::unique_ptr<store::Database> database_ = new_database();
    net::HttpClient client_{
        {.user_agent = "ettametta/0.1 (tests; contact@example.com)", .backoff_first = 1ms}, clock_, random_};
    std::optional<simulators::PeerTube> platform_;
    std::optional<discovery::Scanner> scanner_;
    ai::LanguageModel* model_ = nullptr;
    std::optional<discovery::Discovery> discovery_;
};
ON_BOTH_DATABASES(DiscoveryTest);

} // namespace

TEST_P(DiscoveryTest, a_search_registers_its_niche_and_tells_what_is_new)
{
    serve({{"a", "Throwing a pottery bowl", 900}, {"b", "Pottery kiln opening", 500}});
    auto const first = run_and_remember();
    EXPECT_EQ(first.result.new_ids.size(), 2U);
    EXPECT_EQ(first.result.ranking, "signals only");
    EXPECT_NE(first.result.ranking_note.value_or("").find("no language model is configured"), std::string::npos);
    serve({{"a", "Throwing a pottery bowl", 950}, {"c", "Pottery glaze recipe", 10}});
    clock_.advance(4h);
    auto const second = run_and_remember("  POTTERY! ");
    EXPECT_EQ(second.result.new_ids, std::vector<std::string>{"peertube:c"});
    auto const niches =
        database_->read([](store::Connection& connection) { return store::list_niches(connection, "ada", 10); });
    ASSERT_EQ(niches.size(), 1U);
    EXPECT_EQ(niches[0].name, "pottery");
    EXPECT_EQ(niches[0].scans, 2);
    EXPECT_EQ(run("pottery", "bob").result.new_ids.size(), 2U); // another owner's memory is another one's
}

TEST_P(DiscoveryTest, growth_is_measured_between_scans)
{
    serve({{"rises", "Pottery that rises", 1000, 200}, {"rests", "Pottery that rests", 1000, 200}});
    EXPECT_FALSE(find(run_and_remember(), "rises").growth);
    serve({{"rises", "Pottery that rises", 1400, 200}, {"rests", "Pottery that rests", 1000, 200}});
    clock_.advance(4h);
    auto const second = run_and_remember();
    auto const& growth = find(second, "rises").growth;
    ASSERT_TRUE(growth);
    EXPECT_DOUBLE_EQ(growth->per_hour, 100);
    EXPECT_EQ(find(second, "rests").growth->per_hour, 0);
    EXPECT_EQ(second.result.candidates.front().id, "peertube:rises");
    EXPECT_FALSE(find(run("pottery", "bob"), "rises").growth); // bob has seen it once
    serve({{"rises", "Pottery that rises", 2600, 200}, {"rests", "Pottery that rests", 1000, 200}});
    clock_.advance(4h);
    EXPECT_GT(find(run_and_remember(), "rises").growth->acceleration.value_or(0), 0);
}

TEST_P(DiscoveryTest, remembering_the_same_run_twice_counts_once)
{
    serve({{"a", "Throwing a pottery bowl", 900}});
    auto const found = run();
    for (int i = 0; i < 2; ++i)
        database_->transaction([&](store::Connection& connection) { discovery_->remember(connection, found); });
    EXPECT_EQ(count("readings"), 1);
    EXPECT_EQ(count("candidates"), 1);
    auto const niche = discovery_->niche("ada", "pottery");
    auto const terms = database_->read([&](store::Connection& connection) {
        return store::list_terms(connection, niche.id, store::TermKind::Keyword, 10);
    });
    ASSERT_EQ(terms.size(), 2U);
    EXPECT_EQ(terms[0].count, 1);
    EXPECT_EQ(count("niche_terms WHERE kind = 'hashtag' AND term = 'clay'"), 1);
}

TEST_P(DiscoveryTest, what_is_usual_is_kept_for_the_next_scan)
{
    std::vector<Item> items;
    for (int i = 0; i < 30; ++i) items.push_back({fmt::format("i{:02}", i), fmt::format("Pottery {}", i), 10'000});
    serve(items);
    run_and_remember();
    EXPECT_GT(count("baselines WHERE niche = 'pottery' AND measure = 'views_per_hour'"), 0);
    serve({{"new", "Pottery of somebody new", 10'000}});
    auto const known = find(run(), "new").score;
    auto const unknown = find(run("pottery", "bob"), "new").score;
    EXPECT_LT(known, unknown); // here so many views are nothing special
}

TEST_P(DiscoveryTest, a_models_opinion_is_blended_in_and_named_and_its_absence_is_told)
{
    Model model;
    model_ = &model;
    serve({{"a", "Pottery", 900}, {"b", "Pottery with a title that the model finds much better", 900}});
    auto const found = run();
    EXPECT_EQ(found.result.ranking, "groq/test");
    EXPECT_FALSE(found.result.ranking_note);
    EXPECT_EQ(found.result.candidates.front().id, "peertube:b");
    EXPECT_EQ(find(found, "b").reasons.back().factor, "model");
    EXPECT_GT(find(found, "b").reasons.back().points, find(found, "a").reasons.back().points);
    model.down = true;
    auto const without = run();
    EXPECT_EQ(without.result.ranking, "signals only");
    EXPECT_EQ(without.result.ranking_note, "the model sleeps (start it)");
    EXPECT_FALSE(find(without, "b").refinement);
}

TEST_P(DiscoveryTest, memory_ends)
{
    serve({{"a", "Throwing a pottery bowl", 900}});
    run_and_remember();
    clock_.advance(100 * 24h);
    serve({{"b", "Pottery kiln opening", 500, -24 * 100}});
    run_and_remember();
    EXPECT_EQ(count("readings"), 1);
    EXPECT_EQ(count("candidates"), 1);
    std::vector<store::Reading> many;
    for (int i = 0; i < 250; ++i) many.push_back({"ada", "x:1", clock_.now() + i * 1h, i, {}, {}, {}});
    database_->transaction([&](store::Connection& connection) { store::add_readings(connection, many); });
    EXPECT_EQ(count("readings WHERE item_id = 'x:1'"), store::readings_per_item_max);
    EXPECT_EQ(count("readings WHERE item_id = 'x:1' AND views = 249"), 1); // the newest stay
}

TEST_P(DiscoveryTest, a_report_comes_from_what_is_remembered)
{
    serve({{"a", "How to throw a pottery bowl", 900}, {"b", "How to open a pottery kiln", 500}});
    run_and_remember();
    auto const niche = discovery_->niche("ada", "pottery");
    auto const report = discovery_->patterns(niche, start_ - 7 * 24h, 10);
    EXPECT_EQ(report.items, 2);
    ASSERT_FALSE(report.hooks.empty());
    EXPECT_EQ(report.hooks[0].name, "how to");
    EXPECT_EQ(report.hooks[0].count, 2);
    EXPECT_EQ(discovery_->patterns(niche, start_, 10).items, 0);
    EXPECT_EQ(test::error_of([&] { discovery_->niche("ada", " ?! "); }).code, ErrorCode::InvalidInput);
}

TEST(NextSlot, is_after_now_within_one_step_and_spread_by_the_id)
{
    auto const now = *base::parse_time("2026-11-20T10:00:00Z");
    std::set<std::int64_t> quarters;
    for (int i = 0; i < 64; ++i) {
        auto const id = fmt::format("niche-{}", i);
        auto const slot = discovery::next_slot(id, 4h, now);
        EXPECT_GT(slot, now);
        EXPECT_LE(slot, now + 4h);
        EXPECT_EQ(discovery::next_slot(id, 4h, slot), slot + 4h);
        EXPECT_EQ(discovery::next_slot(id, 4h, slot - 1ms), slot);
        quarters.insert((slot - now) / 15min);
    }
    EXPECT_GE(quarters.size(), 12U); // of 16
    EXPECT_GT(discovery::next_slot("x", 4h, base::Time(-100h)), base::Time(-100h));
}
