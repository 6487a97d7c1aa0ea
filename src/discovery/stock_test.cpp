#include "discovery/stock.h"

#include "support.h"
#include "world_options.h"

using base::ErrorCode;

namespace {

struct Stock : testing::Test {
    base::FixedClock clock{*base::parse_time("2026-11-22T12:00:00Z")};
    base::Random random{1};
    simulators::World world{simulators::Stage{clock}};
    net::HttpClient client{{}, clock, random};

    discovery::Options options(bool key = true) const
    {
        auto out = test::options_of(world);
        if (!key) out.credentials.erase("key.pexels");
        return out;
    }
    std::vector<discovery::StockPick> choose(discovery::StockRequest const& request, bool key = true)
    {
        discovery::Scanner scanner(test::source_folder() / "catalog", options(key), client, clock);
        return discovery::choose_stock(scanner, request);
    }
};

} // namespace

TEST_F(Stock, finds_a_clip_for_each_sentence_and_none_twice)
{
    auto const picks = choose({.sentences = {"AI tools write the morning mail.", "AI tools read the evening news."}});
    ASSERT_EQ(picks.size(), 2U);
    ASSERT_TRUE(picks[0].clip && picks[1].clip) << picks[0].reason << "; " << picks[1].reason;
    EXPECT_NE(picks[0].clip->id, picks[1].clip->id);
    EXPECT_TRUE(picks[0].clip->media_url);
    EXPECT_EQ(picks[0].clip->license, "permissive");
    auto const again = choose({.sentences = {"AI tools write the morning mail."}, .used = {picks[0].clip->id}});
    EXPECT_TRUE(!again[0].clip || again[0].clip->id != picks[0].clip->id);
}

TEST_F(Stock, says_why_a_sentence_has_no_clip)
{
    auto const picks = choose({.sentences = {"It is."}});
    EXPECT_FALSE(picks[0].clip);
    EXPECT_EQ(picks[0].reason, "it has no word that could be shown");
}

TEST_F(Stock, without_a_key_names_the_setting)
{
    auto const error = test::error_of([&] { choose({.sentences = {"AI tools"}}, false); });
    EXPECT_EQ(error.code, ErrorCode::Unavailable);
    EXPECT_NE(std::string(error.what()).find("key.pexels"), std::string::npos) << error.what();
    EXPECT_EQ(test::error_of([&] { choose({}); }).code, ErrorCode::InvalidInput);
}

TEST(Sentences, end_at_their_marks_and_lines_but_not_inside_numbers)
{
    EXPECT_EQ(discovery::split_sentences("Bees leave at 3.5 degrees. They look for clover!\nThen?  Home again"),
              (std::vector<std::string>{"Bees leave at 3.5 degrees.", "They look for clover!", "Home again"}));
    EXPECT_TRUE(discovery::split_sentences(" . \n ?").empty());
}
