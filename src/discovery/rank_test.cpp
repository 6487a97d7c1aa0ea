#include "discovery/rank.h"

#include "base/file.h"
#include "discovery/license.h"
#include "discovery/match.h"
#include "support.h"

#include <algorithm>
#include <cmath>
#include <random>

using discovery::Candidate;
using namespace std::chrono_literals;

namespace {

base::Time const now = *base::parse_time("2026-05-06T00:00:00Z");

discovery::RankRules rules() { return discovery::load_rank_rules(test::source_folder() / "catalog/ranking.json"); }

Candidate clip(std::string const& id, std::optional<std::int64_t> views = std::nullopt, base::Milliseconds age = 24h)
{
    Candidate out;
    out.id = "x:" + id;
    out.platform = "x";
    out.url = "https://x.example/" + id;
    out.title = "Pottery " + id;
    out.views = views;
    out.published_at = now - age;
    out.duration_seconds = 60;
    out.license = "cc-by";
    return out;
}

double score_of(std::vector<Candidate> candidates, std::string const& id)
{
    discovery::rank(candidates, "pottery", rules(), now);
    for (auto const& one : candidates)
        if (one.id == "x:" + id) return one.score;
    return -1;
}

discovery::Reason const& reason(Candidate const& candidate, std::string const& factor)
{
    return *std::find_if(candidate.reasons.begin(), candidate.reasons.end(),
                         [&](auto const& one) { return one.factor == factor; });
}

/// Any candidate at all, with holes.
Candidate odd_clip(std::mt19937& chance, int number)
{
    auto const maybe = [&](std::int64_t most) -> std::optional<std::int64_t> {
        if (chance() % 3 == 0) return std::nullopt;
        return static_cast<std::int64_t>(chance() % static_cast<unsigned>(most));
    };
    Candidate out = clip(std::to_string(number));
    out.platform = chance() % 2 ? "x" : "y";
    out.views = maybe(1'000'000);
    out.likes = maybe(50'000);
    out.comments = maybe(900);
    out.shares = maybe(900);
    if (auto const age = maybe(5'000))
        out.published_at = now - std::chrono::hours(*age - 100); // some ahead of us
    else
        out.published_at.reset();
    if (auto const length = maybe(9'000))
        out.duration_seconds = static_cast<double>(*length);
    else
        out.duration_seconds.reset();
    out.license = chance() % 2 ? "unknown" : "cc0";
    if (chance() % 2) out.title = "something else";
    return out;
}

} // namespace

TEST(Rank, points_add_up_to_the_score_and_missing_numbers_give_none)
{
    std::mt19937 chance(7); // NOLINT: the same sequence on purpose
    std::vector<Candidate> candidates;
    for (int i = 0; i < 500; ++i) candidates.push_back(odd_clip(chance, i));
    discovery::rank(candidates, "pottery", rules(), now);
    for (auto const& one : candidates) {
        ASSERT_EQ(one.reasons.size(), 6U);
        double sum = 0;
        for (auto const& [factor, value, points] : one.reasons) {
            sum += points;
            EXPECT_GE(points, 0);
            EXPECT_TRUE(value || points == 0) << factor;
        }
        EXPECT_NEAR(sum, one.score, 1e-9);
        EXPECT_GE(one.score, 0);
        EXPECT_LE(one.score, 100);
        EXPECT_EQ(reason(one, "velocity").value.has_value(), one.views && one.published_at);
        EXPECT_EQ(reason(one, "engagement").value.has_value(), one.views && one.likes);
        EXPECT_EQ(reason(one, "freshness").value.has_value(), one.published_at.has_value());
    }
    EXPECT_TRUE(std::is_sorted(candidates.begin(), candidates.end(),
                               [](auto const& a, auto const& b) { return a.score > b.score; }));
}

TEST(Rank, does_not_depend_on_the_order_it_is_given)
{
    std::mt19937 chance(11); // NOLINT: the same sequence on purpose
    std::vector<Candidate> candidates;
    for (int i = 0; i < 60; ++i) candidates.push_back(odd_clip(chance, i % 50));
    auto other = candidates;
    std::shuffle(other.begin(), other.end(), chance);
    discovery::rank(candidates, "pottery", rules(), now);
    discovery::rank(other, "pottery", rules(), now);
    for (std::size_t i = 0; i < candidates.size(); ++i) EXPECT_EQ(candidates[i].score, other[i].score);
}

TEST(Rank, more_of_what_counts_never_lowers_a_score)
{
    auto const base_set = [&](Candidate changed) {
        return std::vector{clip("a", 100), clip("b", 1000), clip("c", 5000), std::move(changed)};
    };
    auto const score = [&](auto change) {
        auto one = clip("z", 1000);
        one.likes = 20;
        change(one);
        return score_of(base_set(one), "z");
    };
    auto const plain = score([](Candidate&) {});
    EXPECT_GT(score([](Candidate& one) {
                  one.views = 4000;
                  one.likes = 80;
              }),
              plain);
    EXPECT_GT(score([](Candidate& one) { one.likes = 60; }), plain);
    EXPECT_GT(score([](Candidate& one) { one.comments = 30; }), plain);
    EXPECT_GT(score([](Candidate& one) { one.license = "cc0"; }), plain);
    EXPECT_LT(score([](Candidate& one) { one.license = "all-rights-reserved"; }), plain);
    EXPECT_LT(score([](Candidate& one) { one.duration_seconds = 7200; }), plain);
    EXPECT_LT(score([](Candidate& one) { one.title = "cats"; }), plain);
}

TEST(Rank, platforms_without_numbers_are_not_pushed_down)
{
    auto silent = clip("silent");
    silent.platform = "quiet";
    auto const usual = clip("usual", 1000);
    std::vector<Candidate> candidates{clip("low", 10), usual, clip("high", 100'000), silent};
    discovery::rank(candidates, "pottery", rules(), now);
    EXPECT_EQ(candidates.front().id, "x:high");
    EXPECT_EQ(candidates.back().id, "x:low");
}

TEST(Rank, velocity_is_held_against_the_median_of_the_same_platform)
{
    std::vector<Candidate> candidates{clip("a", 240), clip("b", 2400), clip("c", 24'000)};
    auto other = clip("d", 240'000);
    other.platform = "big";
    candidates.push_back(other);
    discovery::rank(candidates, "pottery", rules(), now);
    for (auto const& one : candidates) {
        auto const ratio = reason(one, "velocity").value.value();
        EXPECT_DOUBLE_EQ(ratio, one.id == "x:a" ? 0.1 : one.id == "x:c" ? 10 : 1);
    }
}

TEST(Rank, ties_go_to_the_newer_and_then_to_the_id)
{
    auto flat = rules();
    flat.weights = {0, 0, 0, 0, 0, 1};
    std::vector<Candidate> candidates{clip("b"), clip("c", std::nullopt, 1h), clip("a")};
    auto dateless = clip("0");
    dateless.published_at.reset();
    candidates.push_back(dateless);
    discovery::rank(candidates, "pottery", flat, now);
    std::string order;
    for (auto const& one : candidates) order += one.id.substr(2);
    EXPECT_EQ(order, "cab0");
}

TEST(Rank, weights_are_checked_by_name)
{
    auto const message = [](auto change) {
        auto changed = rules();
        change(changed);
        return std::string(test::error_of([&] { discovery::check(changed, "r"); }).what());
    };
    EXPECT_EQ(message([](auto& r) { r.weights.velocity = -1; }), "r: weights.velocity is -1, outside [0, 1000]");
    EXPECT_EQ(message([](auto& r) { r.weights.relevance = 0; }),
              "r: weights.relevance must be above 0: every clip has it");
    EXPECT_EQ(message([](auto& r) { r.half_life_hours = 0; }), "r: half_life_hours is 0, not above 0");
}

TEST(Matcher, looks_past_case_plurals_and_filler_words)
{
    discovery::Matcher const matcher("The stories of Dishes");
    EXPECT_DOUBLE_EQ(matcher.share_in("a STORY about a dish"), 1);
    EXPECT_DOUBLE_EQ(matcher.share_in("dishes only"), 0.5);
    EXPECT_DOUBLE_EQ(matcher.share_in("the of"), 0);
    EXPECT_DOUBLE_EQ(discovery::Matcher("the").share_in("the end"), 1);
    EXPECT_DOUBLE_EQ(discovery::Matcher("glass").share_in("glas"), 0);
}

TEST(License, is_read_from_urls_names_and_labels)
{
    auto const reads = [](char const* text, char const* name) {
        EXPECT_EQ(discovery::normal_license(text), name) << text;
    };
    reads("https://creativecommons.org/licenses/by-sa/4.0/", "cc-by-sa");
    reads("http://creativecommons.org/publicdomain/zero/1.0/deed.en", "cc0");
    reads("https://creativecommons.org/publicdomain/mark/1.0/", "public-domain");
    reads("CC BY 4.0", "cc-by");
    reads("cc-by-nc-nd-3.0", "cc-by-nc-nd");
    reads("Creative Commons Attribution Non Commercial Share Alike", "cc-by-nc-sa");
    reads("Attribution - No Derivatives", "cc-by-nd");
    reads("Public Domain Dedication", "cc0");
    reads("All Rights Reserved", "all-rights-reserved");
    reads("own", "own");
    reads("", "unknown");
    reads("Unknown", "unknown");
    reads("Standard licence by the platform", "unknown");
    EXPECT_FALSE(discovery::allows_remix("unknown"));
    EXPECT_FALSE(discovery::allows_remix("cc-by-nd"));
    EXPECT_FALSE(discovery::allows_remix("cc-by-nc"));
    EXPECT_TRUE(discovery::allows_remix("cc-by-sa"));
}
