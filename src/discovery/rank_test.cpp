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
    discovery::rank(candidates, {"pottery", now}, rules());
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
    discovery::rank(candidates, {"pottery", now}, rules());
    for (auto const& one : candidates) {
        ASSERT_EQ(one.reasons.size(), discovery::factors_max);
        double sum = 0;
        for (auto const& [factor, value, points] : one.reasons) {
            sum += points;
            EXPECT_GE(points, 0);
            EXPECT_TRUE(value || points == 0) << factor;
        }
        EXPECT_NEAR(sum, one.score, 1e-9);
        EXPECT_GE(one.score, 0);
        EXPECT_LE(one.score, 100);
        EXPECT_EQ(reason(one, "velocity").value.has_value(),
                  one.published_at && (one.views || one.likes || one.comments || one.shares));
        EXPECT_EQ(reason(one, "engagement").value.has_value(), one.views && *one.views > 0 && one.likes);
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
    discovery::rank(candidates, {"pottery", now}, rules());
    discovery::rank(other, {"pottery", now}, rules());
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
    discovery::rank(candidates, {"pottery", now}, rules());
    EXPECT_EQ(candidates.front().id, "x:high");
    EXPECT_EQ(candidates.back().id, "x:low");
}

/// Two platforms whose numbers differ a thousandfold; item i of one is what item i of the other is.
static std::vector<Candidate> two_platforms(int items)
{
    std::vector<Candidate> out;
    std::mt19937 chance(3); // NOLINT: the same sequence on purpose
    std::lognormal_distribution<double> spread(0, 1.5);
    for (int i = 0; i < items; ++i) {
        auto const views = 50 * spread(chance);
        for (auto const scale : {1, 1000}) {
            auto one = clip(std::to_string(i) + (scale == 1 ? "small" : "large"),
                            static_cast<std::int64_t>(views * scale) + 1);
            one.platform = scale == 1 ? "small" : "large";
            one.likes = *one.views / 20;
            out.push_back(one);
        }
    }
    return out;
}

TEST(Rank, platforms_of_different_size_are_comparable)
{
    auto candidates = two_platforms(60);
    discovery::rank(candidates, {"pottery", now}, rules());
    int small_among_the_best = 0;
    double sum[2] = {};
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        auto const is_small = candidates[i].platform == "small";
        small_among_the_best += i < 30 && is_small;
        sum[is_small] += candidates[i].score;
    }
    EXPECT_NEAR(small_among_the_best, 15, 4);
    EXPECT_NEAR(sum[0] / 60, sum[1] / 60, 3.0);
}

TEST(Rank, what_was_usual_before_counts_when_little_is_seen_now)
{
    auto const velocity_of = [](std::vector<discovery::Baseline> const& kept) {
        std::vector<Candidate> one{clip("a", 24'000)};
        discovery::rank(one, {"pottery", now, kept}, rules());
        return reason(one[0], "velocity").points;
    };
    auto const usual = [](double views_per_hour, std::string const& niche) {
        auto const log = std::log10(views_per_hour);
        return discovery::Baseline{"x", niche, discovery::Measure::ViewsPerHour, log - 0.5, log, log + 0.5, 200, now};
    };
    EXPECT_GT(velocity_of({usual(10, "")}), velocity_of({usual(1000, "")}));
    EXPECT_GT(velocity_of({usual(100, ""), usual(10, "pottery")}),
              velocity_of({usual(100, ""), usual(1000, "pottery")}));
    EXPECT_EQ(velocity_of({usual(100, ""), usual(10, "cats")}), velocity_of({usual(100, "")})); // another niche's
    auto stale = usual(1000, "");
    stale.at = now - 24h * 365;
    EXPECT_GT(velocity_of({stale}), velocity_of({usual(1000, "")}));
}

TEST(Rank, measured_growth_outdoes_what_age_lets_guess)
{
    auto const with = [](double per_hour, std::optional<double> acceleration) {
        auto one = clip("z", 10'000, 10 * 24h);
        one.growth = discovery::Growth{"views", per_hour, acceleration, 3, 24};
        return one;
    };
    auto const set = [](Candidate const& changed) {
        std::vector<Candidate> out{changed};
        for (int i = 0; i < 20; ++i) out.push_back(clip("o" + std::to_string(i), 1000 * (i + 1), 48h));
        return out;
    };
    auto const rising = score_of(set(with(2000, 50)), "z");
    auto const steady = score_of(set(with(2000, 0)), "z");
    auto const fading = score_of(set(with(2000, -50)), "z");
    auto const asleep = score_of(set(with(0, 0)), "z");
    EXPECT_GT(rising, steady);
    EXPECT_GT(steady, fading);
    EXPECT_GT(fading, asleep);
}

TEST(Rank, an_author_is_held_against_the_authors_other_items_or_the_followers)
{
    std::vector<Candidate> candidates;
    for (int i = 0; i < 30; ++i) candidates.push_back(clip("o" + std::to_string(i), 500 + 100 * i));
    for (int i = 0; i < 4; ++i) {
        auto one = clip("famous" + std::to_string(i), i == 0 ? 1'000'000 : 900'000);
        one.author = "famous";
        candidates.push_back(one);
        one = clip("rises" + std::to_string(i), i == 0 ? 1'000'000 : 2'000);
        one.author = "rises";
        candidates.push_back(one);
    }
    auto follower = clip("followed", 50'000);
    follower.followers = 1'000;
    candidates.push_back(follower);
    discovery::rank(candidates, {"pottery", now}, rules());
    auto const points = [&](std::string const& id) {
        return reason(*std::ranges::find(candidates, "x:" + id, &Candidate::id), "author").points;
    };
    EXPECT_GT(points("rises0"), points("famous0") + 1);
    EXPECT_GT(points("followed"), 5);
    EXPECT_EQ(points("o1"), 0); // nothing is known of its author
}

TEST(Rank, upright_fits_better_than_wide_and_only_videos_have_a_format_or_rights)
{
    auto const points = [](auto change, std::string const& factor) {
        auto one = clip("a", 100);
        change(one);
        std::vector<Candidate> list{one};
        discovery::rank(list, {"pottery", now}, rules());
        return reason(list[0], factor).points;
    };
    auto const shape = [](std::int64_t width, std::int64_t height) {
        return [=](Candidate& one) {
            one.width = width;
            one.height = height;
        };
    };
    EXPECT_GT(points(shape(1080, 1920), "format"), points(shape(1080, 1080), "format"));
    EXPECT_GT(points(shape(1080, 1080), "format"), points(shape(1920, 1080), "format"));
    for (auto const kind : {discovery::CandidateKind::Topic, discovery::CandidateKind::Post}) {
        EXPECT_EQ(points([&](Candidate& one) { one.kind = kind; }, "format"), 0);
        EXPECT_EQ(points([&](Candidate& one) { one.kind = kind; }, "rights"), 0);
    }
    EXPECT_EQ(points([](Candidate& one) { one.kind = discovery::CandidateKind::Audio; }, "format"), 0);
    EXPECT_GT(points([](Candidate& one) { one.kind = discovery::CandidateKind::Audio; }, "rights"), 0);
}

TEST(Rank, little_knowledge_is_no_advantage)
{
    auto bare = clip("bare");
    bare.kind = discovery::CandidateKind::Topic;
    bare.duration_seconds.reset();
    auto known = clip("known", 100'000, 12h);
    known.likes = 9'000;
    known.comments = 500;
    std::vector<Candidate> candidates{bare, known};
    for (int i = 0; i < 10; ++i) candidates.push_back(clip("o" + std::to_string(i), 1000));
    discovery::rank(candidates, {"pottery", now}, rules());
    EXPECT_EQ(candidates.front().id, "x:known");
}

TEST(Rank, opinions_are_points_of_their_own_and_add_up)
{
    std::vector<Candidate> candidates;
    for (int i = 0; i < 10; ++i) candidates.push_back(clip("o" + std::to_string(i), 1000));
    discovery::rank(candidates, {"pottery", now}, rules());
    auto const before = candidates;
    discovery::blend_opinions(candidates, rules());
    EXPECT_EQ(base::to_json(candidates), base::to_json(before)); // nobody was asked
    candidates[7].refinement = discovery::Refinement{1, 1, 1, 1, {}, "", "m"};
    candidates[8].refinement = discovery::Refinement{1, 1, 1, 1, {"dated"}, "", "m"};
    candidates[9].refinement = discovery::Refinement{0, 0, 0, 0, {}, "", "m"};
    auto const best = candidates[7].id;
    auto const risky = candidates[8].id;
    discovery::blend_opinions(candidates, rules());
    EXPECT_EQ(candidates[0].id, best);
    EXPECT_EQ(candidates[1].id, risky);
    EXPECT_EQ(reason(candidates[0], "model").points, rules().model_weight);
    for (auto const& one : candidates) {
        double sum = 0;
        for (auto const& part : one.reasons) sum += part.points;
        EXPECT_NEAR(sum, one.score, 1e-9);
        EXPECT_EQ(reason(one, "model").value.has_value(), one.refinement.has_value());
    }
}

TEST(Rank, ties_go_to_the_newer_and_then_to_the_id)
{
    auto flat = rules();
    flat.weights = {0, 0, 0, 0, 0, 0, 0, 1};
    std::vector<Candidate> candidates{clip("b"), clip("c", std::nullopt, 1h), clip("a")};
    auto dateless = clip("0");
    dateless.published_at.reset();
    candidates.push_back(dateless);
    discovery::rank(candidates, {"pottery", now}, flat);
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
              "r: weights.relevance must be above 0: every item has it");
    EXPECT_EQ(message([](auto& r) { r.half_life_hours = 0; }), "r: half_life_hours is 0, not above 0");
    EXPECT_EQ(message([](auto& r) { r.missing_share = 2; }), "r: missing_share is 2, outside [0, 1]");
    EXPECT_EQ(message([](auto& r) { r.usual.reach.middle = 0; }), "r: usual.reach.middle is 0, not above 0");
}

TEST(Shorten, keeps_the_best_and_the_best_of_each_platform)
{
    std::vector<Candidate> ranked;
    for (int i = 0; i < 10; ++i) {
        Candidate one;
        one.platform = i == 7 ? "quiet" : i == 9 ? "quieter" : "loud";
        one.id = fmt::format("{}:{}", one.platform, i);
        one.score = 100 - i;
        ranked.push_back(one);
    }
    auto const ids = [&](std::size_t limit) {
        auto list = ranked;
        discovery::shorten(list, limit);
        std::string text;
        for (auto const& one : list) text += one.id + " ";
        return text;
    };
    EXPECT_EQ(ids(4), "loud:0 loud:1 quiet:7 quieter:9 ");
    EXPECT_EQ(ids(2), "loud:0 quiet:7 ");
    EXPECT_EQ(ids(1), "loud:0 ");
    EXPECT_EQ(ids(0), "");
    EXPECT_EQ(ids(10), ids(20));
}
