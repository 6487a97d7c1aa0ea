#include "discovery/database_store.h"
#include "discovery/gate.h"
#include "discovery/reset.h"
#include "discovery/source.h"
#include "source_case.h"
#include "store/migrations.h"

#include <atomic>
#include <latch>
#include <thread>

using discovery::SourceCode;
using discovery::SourceReport;
using discovery::SourceStatus;
using net::ServerRequest;
using net::ServerResponse;
using test::items;
using test::spec_text;
using namespace std::chrono_literals;

struct Desk : test::SourceCase {
    SourceReport ask(discovery::Scanner& scanner) { return scanner.scan(question()).sources.at(0); }
};

TEST_F(Desk, a_budget_is_kept_over_programs_and_begins_anew_at_the_platforms_midnight)
{
    platform.say("/search", items({"a"}));
    auto const text =
        spec_text(R"({"limits":{"quotas":{"searches":{"units":2,"per":"day_pacific","setting":"source.x_searches"}}}})",
                  R"({"costs":{"searches":1}})");
    auto const first = scanner(text);
    EXPECT_EQ(ask(*first).quota_left, 1);
    EXPECT_EQ(ask(*scanner(text)).quota_left, 0);
    auto const refused = ask(*scanner(text));
    EXPECT_EQ(refused.code, SourceCode::Quota);
    EXPECT_EQ(refused.reason, "X: the budget of 2 searches is used up");
    EXPECT_EQ(refused.next_action, "ask again in 19 h 00 min, or raise source.x_searches");
    EXPECT_EQ(platform.asked().size(), 2U);
    clock.advance(19h);
    EXPECT_EQ(ask(*scanner(text)).status, SourceStatus::Ok);
    options.settings["source.x_searches"] = "3";
    EXPECT_EQ(ask(*scanner(text)).quota_left, 1);
}

TEST_F(Desk, an_answer_is_good_for_a_while_and_then_asked_whether_it_still_is)
{
    std::atomic<int> whole{0};
    platform.on("/search", [&](ServerRequest const& request) {
        if (request.header("If-None-Match") == "\"v1\"") return ServerResponse{304, {}, ""};
        ++whole;
        return ServerResponse{200, {{"ETag", "\"v1\""}}, items({"a"})};
    });
    auto const text = spec_text("{}", R"({"cache_seconds":600})");
    EXPECT_EQ(ids(scan(text)), "a");
    EXPECT_EQ(ids(scan(text)), "a");
    EXPECT_EQ(platform.asked().size(), 1U);
    clock.advance(11min);
    EXPECT_EQ(ids(scan(text)), "a");
    EXPECT_EQ(ids(scan(text)), "a"); // what still is good is good for the same time again
    EXPECT_EQ(platform.asked().size(), 2U);
    EXPECT_EQ(whole, 1);
    EXPECT_EQ(scanner(text)->check({"x"}).at(0).status, SourceStatus::Ok); // a probe asks in any case
    EXPECT_EQ(platform.asked().size(), 3U);
}

TEST_F(Desk, the_last_week_is_the_same_question_a_minute_later)
{
    platform.say("/search", items({"a"}));
    auto const one = scanner(spec_text("{}", R"({"cache_seconds":600,"request":{"path":"/search","parameters":[
        {"name":"from","value":"{since_iso}"},{"name":"to","value":"{until_iso}"}]}})"));
    auto const ask_week = [&] {
        auto request = question();
        request.since = clock.now() - 168h;
        return ids(one->scan(request));
    };
    clock.advance(3s);
    EXPECT_EQ(ask_week(), "a");
    clock.advance(60s);
    EXPECT_EQ(ask_week(), "a");
    EXPECT_EQ(platform.asked().size(), 1U);
    EXPECT_EQ(platform.asked().at(0).parameter("from"), "2026-04-29T12:00:00Z");
}

TEST_F(Desk, a_feed_is_fetched_only_where_it_changed)
{
    platform.on("/feed", [&](ServerRequest const& request) {
        if (!request.header("If-Modified-Since").empty()) return ServerResponse{304, {}, ""};
        return ServerResponse{200,
                              {{"Last-Modified", "Wed, 06 May 2026 08:00:00 GMT"}, {"Cache-Control", "max-age=60"}},
                              "<rss><channel><item><title>rye bread</title><link>https://f.example/1</link>"
                              "<enclosure url='https://f.example/1.mp4' type='video/mp4'/></item></channel></rss>"};
    });
    auto guarded = client_options();
    guarded.guard_exempt_origins = {platform.url()};
    net::HttpClient reader(guarded, clock, random);
    options.feeds = {platform.url() + "/feed"};
    discovery::Scanner one(test::source_folder() / "catalog", options, reader, clock, &credentials, &store);
    auto request = question();
    request.sources = {"rss"};
    EXPECT_EQ(one.scan(request).candidates.size(), 1U);
    EXPECT_EQ(one.scan(request).candidates.size(), 1U);
    EXPECT_EQ(platform.asked().size(), 1U);
    clock.advance(61s);
    EXPECT_EQ(one.scan(request).candidates.size(), 1U);
    EXPECT_EQ(platform.asked().size(), 2U);
}

TEST_F(Desk, a_source_that_keeps_failing_rests_and_one_question_decides_whether_it_is_back)
{
    std::atomic<bool> down{true};
    platform.on("/search", [&](auto const&) {
        return down ? ServerResponse{500, {}, "{}"} : ServerResponse{200, {}, items({"a"})};
    });
    auto const text = spec_text(R"({"limits":{"breaker":{"failures":3,"open_seconds":60}}})");
    auto const one = scanner(text);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(*one).code, SourceCode::UpstreamError);
    auto const asked = platform.asked().size();
    auto const resting = ask(*one);
    EXPECT_EQ(resting.code, SourceCode::UpstreamError);
    EXPECT_NE(resting.reason.value().find("not asked, it failed 3 times in a row"), std::string::npos);
    EXPECT_EQ(resting.next_action, "ask again in 1 min 00 s");
    EXPECT_EQ(platform.asked().size(), asked);
    clock.advance(61s);
    EXPECT_EQ(ask(*one).code, SourceCode::UpstreamError); // the one that decides
    EXPECT_EQ(platform.asked().size(), asked + 1);
    EXPECT_NE(ask(*one).reason.value().find("not asked"), std::string::npos);
    down = false;
    clock.advance(61s);
    EXPECT_EQ(ask(*one).status, SourceStatus::Ok);
    EXPECT_EQ(ask(*one).status, SourceStatus::Ok);
    auto const check = one->check({"x"}).at(0);
    EXPECT_EQ(check.last_ok, clock.now());
    EXPECT_EQ(check.failed, 4);
}

TEST_F(Desk, a_pause_that_the_platform_asked_for_is_kept_also_by_the_next_program)
{
    platform.on("/search", [](auto const&) { return ServerResponse{429, {{"Retry-After", "120"}}, "{}"}; });
    auto const text = spec_text();
    EXPECT_EQ(ask(*scanner(text)).code, SourceCode::RateLimited);
    auto const again = ask(*scanner(text));
    EXPECT_EQ(again.code, SourceCode::RateLimited);
    EXPECT_EQ(again.next_action, "ask again in 2 min 00 s");
    EXPECT_EQ(platform.asked().size(), 1U);
    clock.advance(121s);
    platform.say("/search", items({"a"}));
    EXPECT_EQ(ask(*scanner(text)).status, SourceStatus::Ok);
}

TEST_F(Desk, what_is_remembered_survives_in_the_database)
{
    store::Database database((folder.path() / "x.db").string(), {.survives_power_loss = false});
    store::migrate(database, clock);
    discovery::DatabaseSourceStore kept([&]() -> store::Database& { return database; }, clock);
    EXPECT_FALSE(kept.charge("x", {{"a", clock.now(), 1, 2}, {"b", clock.now(), 5, 5}}));
    EXPECT_EQ(kept.charge("x", {{"a", clock.now(), 1, 2}, {"b", clock.now(), 1, 5}}).value().quota, "b");
    EXPECT_EQ(kept.used("x", "a", clock.now()), 1); // all or none
    discovery::SourceHealth const health{"x", "e", 2, clock.now(), {}, SourceCode::Timeout, "slow", {}, clock.now()};
    kept.save(health, {"x", clock.now(), SourceStatus::Failed, SourceCode::Timeout, 7, 0});
    EXPECT_EQ(base::to_json(kept.health("x")), base::to_json(std::optional(health)));
    EXPECT_EQ(kept.history("x", 5).at(0).code, SourceCode::Timeout);
    kept.keep("k", {"body", "application/json", "\"1\"", "", clock.now()});
    EXPECT_EQ(kept.cached("k").value().etag, "\"1\"");
    kept.keep("binary", {std::string("\xff\xfe", 2), "", "", "", clock.now()});
    EXPECT_FALSE(kept.cached("binary"));
}

TEST_F(Desk, a_source_that_hangs_is_reported_at_its_deadline_and_the_others_come_as_they_are_ready)
{
    auto const release = std::make_shared<std::latch>(1); // the platform may still hold it when this test has ended
    platform.on("/search", [release](auto const&) {
        release->wait(); // longer than any deadline
        return ServerResponse{200, {}, items({"late"})};
    });
    auto const one = scanner(spec_text(R"({"limits":{"deadline_ms":300,"concurrency":1}})"));
    base::make_folder(folder.path() / "footage");
    base::write_file_atomic(folder.path() / "footage/rye bread.mp4", "x");
    std::filesystem::copy_file(test::source_folder() / "catalog/sources/library.json",
                               folder.path() / "sources/library.json");
    options.library = folder.path() / "footage";
    discovery::Scanner both(folder.path(), options, client, clock, &credentials, &store);
    std::vector<std::string> order;
    auto request = question();
    request.sources = {"x", "library"};
    auto const result = both.scan(request, {}, [&](SourceReport const& report, auto const& candidates) {
        order.push_back(report.id + ":" + std::to_string(candidates.size()));
    });
    EXPECT_EQ(order, (std::vector<std::string>{"library:1", "x:0"}));
    EXPECT_EQ(result.sources.at(1).code, SourceCode::Timeout);
    release->count_down();
}

TEST(Gate, lets_no_more_through_at_once_than_the_platform_bears)
{
    discovery::Limits limits;
    limits.concurrency = 2;
    discovery::Gate gate(limits);
    auto const soon = std::chrono::steady_clock::now() + 60s;
    auto first = std::make_optional(gate.enter(true, soon, {}));
    auto const second = gate.enter(true, soon, {});
    EXPECT_THROW(gate.enter(true, std::chrono::steady_clock::now(), {}), discovery::SourceError);
    std::atomic<bool> in{false};
    std::jthread const third([&] {
        auto const pass = gate.enter(true, soon, {});
        in = true;
        in.notify_one();
    });
    EXPECT_FALSE(in);
    first.reset();
    in.wait(false);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(gate.enter(true, soon, stop.get_token()), base::Error);
}

TEST(Gate, a_pace_that_leaves_no_time_is_said_at_once)
{
    discovery::Limits limits;
    limits.interval_ms = 60'000;
    limits.burst = 2;
    discovery::Gate gate(limits);
    auto const soon = std::chrono::steady_clock::now() + 30s;
    static_cast<void>(gate.enter(true, soon, {}));
    static_cast<void>(gate.enter(true, soon, {})); // the burst
    try {
        static_cast<void>(gate.enter(true, soon, {}));
        ADD_FAILURE() << "it let a third one through";
    } catch (discovery::SourceError const& error) {
        EXPECT_TRUE(error.ours); // no failure of the platform
    }
    static_cast<void>(gate.enter(false, soon, {})); // an operator's own endpoint has no pace
}

TEST(Reset, headers_are_read_in_each_platforms_own_form)
{
    using discovery::ResetForm;
    auto const now = *base::parse_time("2026-05-06T12:00:00Z");
    auto const time = [&](discovery::Reset const& rule, net::Headers const& headers) -> std::string {
        net::Response response;
        response.headers = headers;
        auto const found = discovery::reset_time({rule}, response, now);
        return found ? base::format_time(*found) : "none";
    };
    auto const rule = [](ResetForm form, std::string const& header, std::string const& path = "",
                         std::int64_t most = 86'400) {
        return discovery::Reset{form, header, path, 0, most};
    };
    EXPECT_EQ(time(rule(ResetForm::EpochSeconds, "R"), {{"r", "1778069400"}}), "2026-05-06T12:10:00Z");
    EXPECT_EQ(time(rule(ResetForm::SecondsLeft, "R"), {{"R", "312.5"}}), "2026-05-06T12:05:12.500Z");
    EXPECT_EQ(time(rule(ResetForm::Iso, "R"), {{"R", "2026-05-06T12:05:00.000Z"}}), "2026-05-06T12:05:00Z");
    EXPECT_EQ(time(rule(ResetForm::EpochOrIso, "R", "", 3600), {{"R", "2026-05-06T18:00:00+00:00"}}),
              "2026-05-06T13:00:00Z");
    EXPECT_EQ(time(rule(ResetForm::MinutesLeft, "B", "$.*[*].estimated_time_to_regain_access"),
                   {{"B",
                     R"({"17":[{"call_count":100,"estimated_time_to_regain_access":9},
        {"estimated_time_to_regain_access":21}]})"}}),
              "2026-05-06T12:21:00Z");
    EXPECT_EQ(time(rule(ResetForm::RetryAfter, ""), {{"Retry-After", "Wed, 06 May 2026 12:30:00 GMT"}}),
              "2026-05-06T12:30:00Z");
    EXPECT_EQ(time(rule(ResetForm::MidnightUtc, ""), {}), "2026-05-07T00:00:00Z");
    EXPECT_EQ(time(rule(ResetForm::NextMonthUtc, ""), {}), "2026-06-01T00:00:00Z");
    for (auto const* nonsense : {"soon", "", "-5", "1e99", "[", "0"})
        EXPECT_EQ(time(rule(ResetForm::EpochSeconds, "R"), {{"R", nonsense}}), "none") << nonsense;
    EXPECT_EQ(time(rule(ResetForm::MinutesLeft, "B", "$.x"), {{"B", "{broken"}}), "none");
}

TEST(Reset, midnight_in_california_knows_summer_time)
{
    auto const next = [](char const* now) {
        return base::format_time(discovery::next_midnight_pacific(*base::parse_time(now)));
    };
    EXPECT_EQ(next("2026-01-15T07:59:59Z"), "2026-01-15T08:00:00Z");
    EXPECT_EQ(next("2026-01-15T08:00:00Z"), "2026-01-16T08:00:00Z");
    EXPECT_EQ(next("2026-07-15T12:00:00Z"), "2026-07-16T07:00:00Z");
    EXPECT_EQ(next("2026-03-08T08:30:00Z"), "2026-03-09T07:00:00Z"); // the day with 23 hours
    EXPECT_EQ(next("2026-11-01T07:30:00Z"), "2026-11-02T08:00:00Z"); // the day with 25 hours
    auto const start = [](char const* now) {
        return base::format_time(discovery::period_start(discovery::QuotaPeriod::DayPacific, *base::parse_time(now)));
    };
    EXPECT_EQ(start("2026-03-08T20:00:00Z"), "2026-03-08T08:00:00Z");
    EXPECT_EQ(start("2026-11-01T20:00:00Z"), "2026-11-01T07:00:00Z");
}
