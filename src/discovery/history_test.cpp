#include "discovery/history.h"

#include "support.h"

using discovery::growth_of;
using discovery::Reading;
using namespace std::chrono_literals;

namespace {

base::Time const start = *base::parse_time("2026-05-06T00:00:00Z");

Reading views(base::Milliseconds at, std::optional<std::int64_t> count) { return {start + at, count, {}, {}, {}}; }

} // namespace

TEST(Growth, needs_two_readings_that_are_apart)
{
    EXPECT_FALSE(growth_of({}));
    EXPECT_FALSE(growth_of(std::vector{views(0h, 10)}));
    EXPECT_FALSE(growth_of(std::vector{views(0h, 10), views(5min, 20)}));
    EXPECT_FALSE(growth_of(std::vector{views(0h, 10), views(0h, 20)}));
    EXPECT_FALSE(growth_of(std::vector{views(0h, 10), views(4h, std::nullopt)}));
    auto const growth = growth_of(std::vector{views(0h, 100), views(4h, 500)});
    ASSERT_TRUE(growth);
    EXPECT_EQ(growth->of, "views");
    EXPECT_DOUBLE_EQ(growth->per_hour, 100);
    EXPECT_EQ(growth->readings, 2);
    EXPECT_DOUBLE_EQ(growth->span_hours, 4);
    EXPECT_FALSE(growth->acceleration);
}

TEST(Growth, three_readings_tell_of_acceleration_in_any_order)
{
    auto const growth = growth_of(std::vector{views(8h, 900), views(0h, 100), views(4h, 300)});
    ASSERT_TRUE(growth && growth->acceleration);
    EXPECT_DOUBLE_EQ(growth->per_hour, 125);                       // between all of it and its second half
    EXPECT_DOUBLE_EQ(*growth->acceleration, (150.0 - 50.0) / 4.0); // between the middles of the halves
}

TEST(Growth, a_count_that_falls_a_little_stands_still_and_one_that_falls_far_began_anew)
{
    auto const small = growth_of(std::vector{views(0h, 1000), views(2h, 990), views(4h, 1004)});
    ASSERT_TRUE(small);
    EXPECT_GE(small->per_hour, 0);
    EXPECT_DOUBLE_EQ(small->per_hour, 1.5); // from 1000, not from 990
    auto const reset = growth_of(std::vector{views(0h, 1'000'000), views(2h, 10), views(4h, 30)});
    ASSERT_TRUE(reset);
    EXPECT_DOUBLE_EQ(reset->per_hour, 10);
    EXPECT_EQ(reset->readings, 2);
    EXPECT_FALSE(growth_of(std::vector{views(0h, 1000), views(2h, 10)}));
}

TEST(Growth, old_readings_do_not_hide_what_happens_now)
{
    auto const growth = growth_of(std::vector{views(0h, 0), views(240h, 1'000'000), views(280h, 1'000'040)});
    ASSERT_TRUE(growth);
    EXPECT_DOUBLE_EQ(growth->per_hour, 1);
    auto const gap = growth_of(std::vector{views(0h, 0), views(240h, 2400)}); // nothing else is known
    ASSERT_TRUE(gap);
    EXPECT_DOUBLE_EQ(gap->per_hour, 10);
}

TEST(Growth, reactions_count_where_there_are_no_views)
{
    std::vector<Reading> readings{{start, {}, 10, 1, {}}, {start + 2h, {}, 20, 2, 1}};
    auto const growth = growth_of(readings);
    ASSERT_TRUE(growth);
    EXPECT_EQ(growth->of, "reactions");
    EXPECT_DOUBLE_EQ(growth->per_hour, (20 + 4 + 3 - 12) / 2.0);
}
