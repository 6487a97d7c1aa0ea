#include "discovery/merge.h"

#include "support.h"

#include <algorithm>
#include <random>

using discovery::Candidate;
using discovery::merge_duplicates;
using discovery::work_key;

namespace {

Candidate item(std::string const& platform, std::string const& id, std::string const& url,
               std::string const& title = "", std::optional<double> seconds = {})
{
    Candidate out;
    out.platform = platform;
    out.id = platform + ":" + id;
    out.url = url;
    out.title = title.empty() ? "Title of " + id : title;
    out.duration_seconds = seconds;
    return out;
}

} // namespace

TEST(Merge, knows_a_video_however_it_is_linked)
{
    for (auto const* url :
         {"https://www.youtube.com/watch?v=abc_DEF-123&t=4", "https://youtu.be/abc_DEF-123?si=x",
          "https://m.youtube.com/shorts/abc_DEF-123", "https://www.youtube.com/embed/abc_DEF-123",
          "http://youtube.com/watch?app=desktop&v=abc_DEF-123", "https://www.youtube-nocookie.com/embed/abc_DEF-123"})
        EXPECT_EQ(work_key(url), "youtube:abc_DEF-123") << url;
    EXPECT_EQ(work_key("https://www.tiktok.com/@some.one/video/7301?lang=en"), "tiktok:7301");
    EXPECT_EQ(work_key("https://old.reddit.com/r/birds/comments/1ab/some_words/"), "reddit:1ab");
    EXPECT_EQ(work_key("https://player.vimeo.com/video/42?h=1"), "vimeo:42");
    EXPECT_EQ(work_key("https://vimeo.com/42"), "vimeo:42");
    EXPECT_EQ(work_key("https://twitter.com/a/status/9"), work_key("https://x.com/i/status/9"));
    for (auto const* url :
         {"https://www.youtube.com/@channel", "https://vimeo.com/channels/staff", "https://x.example/1",
          "https://youtu.be/", "nonsense", "", "https://evil.example/?u=youtube.com/shorts/abc"})
        EXPECT_EQ(work_key(url), std::nullopt) << url;
}

TEST(Merge, the_fuller_find_stays_and_names_the_pages_of_the_others)
{
    auto full = item("youtube", "a", "https://www.youtube.com/watch?v=a", "One", 60);
    full.views = 1000;
    full.likes = 10;
    auto stale = item("duckduckgo", "x", "https://youtu.be/a", "One", 60);
    stale.views = 7;
    auto mirror =
        item("dailymotion", "m", "https://www.dailymotion.com/video/m", "A heron catches four fish at once", 33);
    auto other = item("peertube", "p", "https://tube.example/w/p", "A heron catches four fish at once! #birds", 33.4);
    other.views = 5;
    std::vector<Candidate> list{stale, mirror, full, other};
    merge_duplicates(list);
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].id, "youtube:a");
    EXPECT_EQ(list[0].views, 1000); // never another platform's number
    EXPECT_EQ(list[0].also_on, std::vector<std::string>{"https://youtu.be/a"});
    EXPECT_EQ(list[1].id, "peertube:p");
    EXPECT_EQ(list[1].also_on, std::vector<std::string>{"https://www.dailymotion.com/video/m"});
}

TEST(Merge, like_titles_are_not_enough)
{
    auto const apart = [](Candidate const& a, Candidate const& b) {
        std::vector<Candidate> list{a, b};
        merge_duplicates(list);
        return list.size() == 2;
    };
    auto const a = [](std::string const& title, std::optional<double> seconds, std::string const& platform = "one") {
        return item(platform, "1", "https://" + platform + ".example/" + title.substr(0, 3), title, seconds);
    };
    std::string const long_title = "How to throw a bowl on the wheel";
    EXPECT_FALSE(apart(a(long_title, 60), a(long_title, 61, "two")));
    EXPECT_TRUE(apart(a(long_title, 60), a(long_title, 75, "two")));
    EXPECT_TRUE(apart(a(long_title, {}), a(long_title, {}, "two")));
    EXPECT_TRUE(apart(a(long_title, 60), a("How to glaze a plate in the kiln", 60, "two")));
    EXPECT_TRUE(apart(a("Sunset", 60), a("Sunset", 60, "two"))); // anybody's title
    auto mine = a("Sunset", 60);
    auto mine_too = a("Sunset", 60, "two");
    mine.author = "Ada";
    mine_too.author = "ada";
    EXPECT_FALSE(apart(mine, mine_too));
    auto post = a(long_title, 60, "two");
    post.kind = discovery::CandidateKind::Post;
    EXPECT_TRUE(apart(a(long_title, 60), post));
    auto second = a(long_title, 60);
    second.id = "one:2";
    second.url = "https://one.example/other";
    EXPECT_TRUE(apart(a(long_title, 60), second)); // two uploads on one platform
}

TEST(Merge, one_page_has_many_spellings)
{
    for (auto const* other :
         {"http://site.example/a/b", "https://www.site.example/a/b/", "https://site.example/a/b?utm_source=x",
          "https://site.example:443/a/b#part", "https://SITE.example/a/b", "https://site.example/a/c/../b"}) {
        std::vector<Candidate> list{item("one", "1", "https://site.example/a/b"), item("two", "2", other)};
        merge_duplicates(list);
        EXPECT_EQ(list.size(), 1U) << other;
    }
    for (auto const* other : {"https://site.example/a/B", "https://other.example/a/b", "https://site.example/a/b?id=2",
                              "https://site.example:8443/a/b", "https://site.example/a"}) {
        std::vector<Candidate> list{item("one", "1", "https://site.example/a/b"), item("two", "2", other)};
        merge_duplicates(list);
        EXPECT_EQ(list.size(), 2U) << other;
    }
}

TEST(Merge, topics_may_share_a_page)
{
    auto one = item("google_trends", "a", "https://trends.example/?geo=US");
    auto two = item("google_trends", "b", "https://trends.example/?geo=US");
    one.kind = two.kind = discovery::CandidateKind::Topic;
    std::vector<Candidate> list{one, two};
    merge_duplicates(list);
    EXPECT_EQ(list.size(), 2U);
}

TEST(Merge, does_not_depend_on_the_order_it_is_given)
{
    std::mt19937 chance(5); // NOLINT: the same sequence on purpose
    std::vector<std::string> const words{"heron", "fish", "river", "morning", "slow", "motion", "wild", "marsh"};
    std::vector<Candidate> list;
    for (int i = 0; i < 400; ++i) {
        std::string title;
        for (int k = 0; k < 5; ++k) title += words[chance() % words.size()] + " ";
        auto const platform = std::string(1, static_cast<char>('a' + chance() % 4));
        auto one =
            item(platform, std::to_string(i % 300), "https://" + platform + ".example/" + std::to_string(i % 350),
                 title, static_cast<double>(20 + chance() % 8));
        if (chance() % 2) one.views = static_cast<std::int64_t>(chance() % 1000);
        list.push_back(one);
    }
    auto other = list;
    std::ranges::shuffle(other, chance);
    merge_duplicates(list);
    merge_duplicates(other);
    auto const ids = [](std::vector<Candidate> const& candidates) {
        std::vector<std::string> out;
        for (auto const& one : candidates) out.push_back(one.id);
        return out;
    };
    EXPECT_EQ(ids(list), ids(other));
    EXPECT_LT(list.size(), 350U);
}

TEST(Merge, a_flood_of_equal_titles_takes_no_quadratic_time)
{
    std::vector<Candidate> list;
    for (int i = 0; i < 60'000; ++i)
        list.push_back(item(i % 2 ? "a" : "b", std::to_string(i), "https://x.example/" + std::to_string(i),
                            "one and the same title here", 30 + (i % 7) * 0.01));
    merge_duplicates(list); // quadratic, this would not end
    EXPECT_LT(list.size(), 60'000U);
}
