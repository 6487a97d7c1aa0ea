#include "plan/timeline.h"
#include "support.h"

using plan::Cut;
using plan::Timeline;

TEST(Timeline, lays_cuts_behind_each_other)
{
    Timeline const timeline({{10, 12, ""}, {30, 35, ""}});
    EXPECT_DOUBLE_EQ(timeline.duration(), 7);
    EXPECT_DOUBLE_EQ(timeline.at(1.5).source, 11.5);
    EXPECT_EQ(timeline.at(2).cut, 1);
    EXPECT_DOUBLE_EQ(timeline.at(4).source, 32);
    EXPECT_DOUBLE_EQ(timeline.clip_time(1, 33), 5);
}

TEST(Timeline, takes_moments_outside_of_the_clip_to_its_ends)
{
    Timeline const timeline({{10, 12, ""}});
    EXPECT_DOUBLE_EQ(timeline.at(-1).source, 10);
    EXPECT_DOUBLE_EQ(timeline.at(99).source, 12);
    EXPECT_DOUBLE_EQ(timeline.clip_time(0, 99), 2);
}

TEST(Timeline, runs_faster_and_slower)
{
    Timeline const timeline({{0, 4, "", 2}, {4, 5, "", 0.5}});
    EXPECT_DOUBLE_EQ(timeline.duration(), 4);
    EXPECT_DOUBLE_EQ(timeline.at(1).source, 2);
    EXPECT_DOUBLE_EQ(timeline.at(3).source, 4.5);
    EXPECT_DOUBLE_EQ(timeline.at(3).speed, 0.5);
}

TEST(Timeline, ramps_evenly_and_finds_its_way_back)
{
    Timeline const timeline({{2, 6, "", 1, 3.0}});
    EXPECT_NEAR(timeline.duration(), 4 * std::log(3.0) / 2, 1e-12);
    for (double at = 0; at < timeline.duration(); at += 0.1)
        EXPECT_NEAR(timeline.clip_time(0, timeline.at(at).source), at, 1e-9);
    EXPECT_NEAR(timeline.at(timeline.duration()).speed, 3, 1e-9);
}
