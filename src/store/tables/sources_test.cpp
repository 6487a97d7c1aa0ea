#include "store/tables/sources.h"

#include "database_case.h"

using store::Connection;

class SourceTablesTest : public test::DatabaseCase {
protected:
    template <class Work> auto write(Work work) { return database_->transaction(work); }
    store::SourceCacheRow answer(std::string const& key, std::string const& body)
    {
        clock_.advance(std::chrono::seconds(1));
        return {key,          body,        static_cast<std::int64_t>(body.size()), "application/json", "\"1\"", "",
                clock_.now(), clock_.now()};
    }
    std::unique_ptr<store::Database> database_ = new_database();
};
ON_BOTH_DATABASES(SourceTablesTest);

TEST_P(SourceTablesTest, a_budget_is_never_passed_and_begins_anew_with_its_period)
{
    auto const today = clock_.now();
    auto const charge = [&](base::Time period, std::int64_t cost) {
        return write([&](Connection& c) { return store::charge_source_quota(c, "tube", "units", period, cost, 100); });
    };
    EXPECT_TRUE(charge(today, 60));
    EXPECT_TRUE(charge(today, 40));
    EXPECT_FALSE(charge(today, 1));
    EXPECT_TRUE(charge(today + std::chrono::hours(24), 1));
    auto const used = [&](base::Time period) {
        return write([&](Connection& c) { return store::source_quota_used(c, "tube", "units", period); });
    };
    EXPECT_EQ(used(today), 0); // what is over is forgotten
    EXPECT_EQ(used(today + std::chrono::hours(24)), 1);
}

TEST_P(SourceTablesTest, health_is_one_row_and_history_keeps_the_newest)
{
    store::SourceHealthRow row{"tube",      "https://tube.example", 1, {}, clock_.now(), "timeout", "slow", {},
                               clock_.now()};
    write([&](Connection& c) { store::save_source_health(c, row); });
    row.failures = 2;
    row.code = std::nullopt;
    write([&](Connection& c) { store::save_source_health(c, row); });
    auto const found = write([](Connection& c) { return store::find_source_health(c, "tube"); });
    EXPECT_EQ(base::to_json(found), base::to_json(std::optional(row)));
    for (int i = 0; i < 5; ++i) {
        clock_.advance(std::chrono::seconds(1));
        write([&](Connection& c) { store::add_source_history(c, {"tube", clock_.now(), "ok", {}, i, i}, 3); });
    }
    auto const history = write([](Connection& c) { return store::source_history(c, "tube", 10); });
    ASSERT_EQ(history.size(), 3U);
    EXPECT_EQ(history.front().count, 4);
}

TEST_P(SourceTablesTest, kept_answers_stay_within_their_limits)
{
    for (int i = 0; i < 40; ++i)
        write([&](Connection& c) {
            store::keep_source_answer(c, answer("k" + std::to_string(i), "0123456789"), 20, 1'000);
        });
    auto const find = [&](std::string const& key) {
        return write([&](Connection& c) { return store::find_source_answer(c, key); }).has_value();
    };
    EXPECT_FALSE(find("k0"));
    EXPECT_TRUE(find("k39"));
    write([&](Connection& c) { store::keep_source_answer(c, answer("big", std::string(900, 'x')), 20, 1'000); });
    EXPECT_TRUE(find("big"));
    auto const count = database_->query("SELECT COUNT(*) FROM source_cache")[0].get<std::int64_t>(0);
    EXPECT_LE(count, 11);
}
