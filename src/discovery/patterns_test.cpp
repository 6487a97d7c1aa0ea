#include "discovery/patterns.h"

#include "support.h"

#include <algorithm>

using discovery::Candidate;
using discovery::LearnedKind;
using Shapes = std::vector<std::string_view>;

namespace {

Candidate found(std::string const& title, std::string const& at, double seconds, double score = 50,
                std::vector<std::string> tags = {})
{
    Candidate out;
    out.platform = "x";
    out.title = title;
    out.published_at = base::parse_time(at);
    if (seconds > 0) out.duration_seconds = seconds;
    out.score = score;
    out.tags = std::move(tags);
    return out;
}

std::vector<Candidate> finds()
{
    return {
        found("5 ways to use local models #OpenSource", "2026-05-04T09:10:00Z", 28, 80, {"AI Tools", "Open Source"}),
        found("How to run local models at home?", "2026-05-04T09:50:00Z", 45, 60),
        found("How to stop paying for tokens", "2026-05-06T21:00:00Z", 200, 40),
        found("My local models broke", "", 0, 20)};
}

std::int64_t count_of(std::vector<discovery::Learned> const& terms, LearnedKind kind, std::string const& term)
{
    for (auto const& one : terms)
        if (one.kind == kind && one.term == term) return one.count;
    return 0;
}

} // namespace

TEST(Keywords, are_learned_with_the_number_of_items_behind_them)
{
    auto list = finds();
    auto topic = found("Context windows", "2026-05-06T21:00:00Z", 0);
    topic.kind = discovery::CandidateKind::Topic;
    list.push_back(topic);
    auto const terms = discovery::learn_terms(list, "ai tools");
    EXPECT_EQ(count_of(terms, LearnedKind::Keyword, "models"), 3);
    EXPECT_EQ(count_of(terms, LearnedKind::Keyword, "how"), 0); // says nothing
    EXPECT_EQ(count_of(terms, LearnedKind::Keyword, "5"), 0);
    EXPECT_EQ(count_of(terms, LearnedKind::Topic, "local models"), 3);
    EXPECT_EQ(count_of(terms, LearnedKind::Topic, "paying tokens"), 0); // stood in one title only
    EXPECT_EQ(count_of(terms, LearnedKind::Topic, "context windows"), 1);
    EXPECT_EQ(count_of(terms, LearnedKind::Hashtag, "opensource"), 1); // of the title and a tag, one item
    EXPECT_EQ(count_of(terms, LearnedKind::Hashtag, "aitools"), 0);    // the niche itself
    EXPECT_TRUE(discovery::learn_terms({}, "ai").empty());
}

TEST(Hooks, are_told_by_the_shape_of_a_title)
{
    EXPECT_EQ(discovery::hook_shapes("5 ways to use it"), (Shapes{"number first"}));
    EXPECT_EQ(discovery::hook_shapes("How to throw a bowl?"), (Shapes{"question", "how to"}));
    EXPECT_EQ(discovery::hook_shapes("Why your bowl cracks"), (Shapes{"explains", "you"}));
    EXPECT_EQ(discovery::hook_shapes("STOP DOING THIS"), (Shapes{"command", "shouting"}));
    EXPECT_EQ(discovery::hook_shapes("Herons of the marsh"), (Shapes{"plain"}));
    EXPECT_EQ(discovery::hook_shapes("!!!"), Shapes{});
}

TEST(Patterns, every_list_has_its_counts)
{
    auto const report = discovery::find_patterns(finds(), "ai tools", *base::parse_time("2026-05-01T00:00:00Z"));
    EXPECT_EQ(report.items, 4);
    EXPECT_EQ(report.undated, 1);
    EXPECT_EQ(report.lengthless, 1);
    ASSERT_EQ(report.openings.size(), 1U);
    EXPECT_EQ(report.openings[0].name, "how to");
    EXPECT_EQ(report.openings[0].count, 2);
    EXPECT_DOUBLE_EQ(report.openings[0].mean_score, 50);
    ASSERT_EQ(report.posting_times.size(), 2U);
    EXPECT_EQ(report.posting_times[0].weekday, "mon");
    EXPECT_EQ(report.posting_times[0].hour, 9);
    EXPECT_EQ(report.posting_times[0].count, 2);
    ASSERT_EQ(report.lengths.size(), 3U);
    EXPECT_EQ(report.lengths[0].name, "15-30 s");
    EXPECT_EQ(report.lengths[2].name, "3-10 min");
    EXPECT_EQ(report.platforms[0].count, 4);
    EXPECT_EQ(report.keywords[0].name, "local");
    auto const later = discovery::find_patterns(finds(), "ai tools", *base::parse_time("2026-05-05T00:00:00Z"));
    EXPECT_EQ(later.items, 2); // that one, and the one without a date
    EXPECT_EQ(discovery::find_patterns({}, "ai tools", {}).items, 0);
}
