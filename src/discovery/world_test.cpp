// Every source at once against strict simulators of its platform.
#include "discovery/scan.h"
#include "support.h"
#include "world_options.h"

#include <algorithm>

using discovery::ScanResult;
using discovery::SourceCode;
using discovery::SourceReport;
using discovery::SourceStatus;
using simulators::Fault;
using namespace std::chrono_literals;

namespace {

constexpr char const* niche = "ai tools";

/// All platforms on loopback, and a scanner for them.
struct Everywhere : testing::Test {
    base::FixedClock clock{*base::parse_time("2026-11-22T12:00:00Z")};
    base::Random random{1};
    simulators::World world{simulators::Stage{clock}};
    net::HttpClient client{client_options(), clock, random};
    discovery::Options options = options_of(world);

    net::ClientOptions client_options() const
    {
        net::ClientOptions out;
        out.user_agent = "ettametta/0.1 (tests; contact@example.com)";
        out.backoff_first = 1ms;
        out.guard_exempt_origins = {world.feeds_origin()};
        return out;
    }

    static discovery::Options options_of(simulators::World const& world)
    {
        auto out = test::options_of(world);
        out.library = test::source_folder() / "tests/golden/sources/library/folder";
        return out;
    }

    std::unique_ptr<discovery::Scanner> scanner()
    {
        return std::make_unique<discovery::Scanner>(test::source_folder() / "catalog", options, client, clock);
    }
    ScanResult scan(std::vector<std::string> const& sources, int limit = 40)
    {
        return scanner()->scan({niche, clock.now() - 24h * 7, limit, sources});
    }
    std::vector<std::string> ids() const
    {
        std::vector<std::string> out;
        for (auto const& plan : world.plans()) out.push_back(plan.id);
        return out;
    }
};

std::string told(SourceReport const& report)
{
    return fmt::format("{}: {} {} {}", report.id, base::enum_text(report.status),
                       report.code ? base::enum_text(*report.code) : "", report.reason.value_or(""));
}

} // namespace

TEST_F(Everywhere, every_platform_gives_candidates_and_is_asked_as_it_wants)
{
    auto const result = scan(ids(), discovery::scan_limit_max);
    EXPECT_EQ(result.sources.size(), ids().size());
    for (auto const& report : result.sources) {
        EXPECT_EQ(report.status, SourceStatus::Ok) << told(report);
        EXPECT_GT(report.count, 0) << told(report);
    }
    EXPECT_EQ(world.refusals(), std::vector<std::string>{});
}

TEST_F(Everywhere, nothing_older_than_asked_for_and_no_number_that_was_not_given)
{
    auto const asked = scanner();
    asked->scan({niche, clock.now() - 24h * 3, 60, ids()}, {}, [&](auto const& report, auto const& candidates) {
        for (auto const& one : candidates) {
            if (one.published_at) { EXPECT_GE(*one.published_at, clock.now() - 24h * 3) << one.id; }
            if (report.id == "reddit" || report.id == "bluesky" || report.id == "mastodon" ||
                report.id == "instagram") {
                EXPECT_FALSE(one.views) << one.id;
            }
            if (report.id == "pexels" || report.id == "pinterest") { EXPECT_FALSE(one.published_at) << one.id; }
        }
    });
}

TEST_F(Everywhere, each_error_of_a_platform_gets_its_code)
{
    for (auto const& plan : world.plans()) {
        for (auto const& error : plan.errors) {
            world.platform(plan.id).fail_with(error.response, -1, error.path);
            auto const report = scan({plan.id}).sources.front();
            EXPECT_EQ(report.status, SourceStatus::Failed) << plan.id << ", " << error.name << ": " << told(report);
            EXPECT_EQ(report.code ? base::enum_text(*report.code) : "none", error.code)
                << plan.id << ", " << error.name << ": " << told(report);
        }
        world.platform(plan.id).fail(Fault::None);
    }
}

/// Half of the platforms fail, then the other half: whoever is well must not notice.
TEST_F(Everywhere, a_malformed_answer_costs_that_source_only)
{
    auto const all = ids();
    for (auto const fault : simulators::every_fault) {
        // Only these two wait for the deadline; those that are well must make it on a slow machine, too.
        options.deadline = fault == Fault::Hang || fault == Fault::SlowLoris ? 3'000ms : 30'000ms;
        for (std::size_t half = 0; half < 2; ++half) {
            for (std::size_t i = 0; i < all.size(); ++i)
                world.platform(all[i]).fail(i % 2 == half ? fault : Fault::None);
            auto const result = scan(all, 6);
            for (auto const& report : result.sources) {
                auto const at = static_cast<std::size_t>(std::ranges::find(all, report.id) - all.begin());
                SCOPED_TRACE(fmt::format("fault {}, {}", static_cast<int>(fault), told(report)));
                if (at % 2 == half && fault != Fault::WrongTypes) {
                    EXPECT_TRUE(report.status == SourceStatus::Failed) << "a failure that nobody was told of";
                    EXPECT_TRUE(report.code && report.reason);
                } else if (at % 2 != half) {
                    EXPECT_TRUE(report.status == SourceStatus::Ok || report.status == SourceStatus::Partial);
                    EXPECT_GT(report.count, 0);
                }
            }
        }
    }
}

TEST_F(Everywhere, a_token_that_is_refused_is_fetched_anew_once)
{
    for (auto const* id : {"twitch", "reddit", "vimeo", "tiktok", "bluesky"}) {
        auto const asked = scanner();
        auto const first = asked->scan({niche, clock.now() - 24h * 7, 20, {id}}).sources.front();
        EXPECT_EQ(first.status, SourceStatus::Ok) << told(first);
        auto const& error =
            *std::ranges::find_if(world.plan(id).errors, [](auto const& one) { return one.code == "auth_expired"; });
        world.platform(id).fail_with(error.response, 1, error.path);
        auto const second = asked->scan({"urban birds", clock.now() - 24h * 7, 20, {id}}).sources.front();
        EXPECT_EQ(second.status, SourceStatus::Ok) << told(second);
    }
}
