#include "film.h"
#include "plan/timeline.h"
#include "studio/cuts.h"
#include "studio/speed.h"

using studio::TrimMode;

using test::film;

static std::vector<plan::Cut> cuts_of(plan::Analysis const& analysis, studio::Trim const& trim)
{
    std::vector<plan::Decision> decisions;
    return studio::choose_cuts(analysis, trim, {}, decisions);
}

TEST(Trim, is_read_from_text)
{
    EXPECT_EQ(studio::parse_trim("silence").mode, TrimMode::Silence);
    EXPECT_EQ(studio::parse_trim("3.5-12").range.end, 12);
    for (auto const* text : {"", "12", "5-3", "a-b", "1-2-3", "-4", "nan-5"})
        EXPECT_EQ(test::error_of([&] { studio::parse_trim(text); }).code, base::ErrorCode::InvalidInput) << text;
}

TEST(Cuts, the_hook_is_the_liveliest_part_and_starts_with_its_shot)
{
    auto const cuts = cuts_of(film(), {.target_seconds = 10});
    ASSERT_EQ(cuts.size(), 1U);
    EXPECT_DOUBLE_EQ(cuts[0].start, 39.6);
    EXPECT_DOUBLE_EQ(cuts[0].end, 49.6);
    EXPECT_NE(cuts[0].reason.find("starts with the shot"), std::string::npos);
}

TEST(Cuts, what_is_short_enough_stays_whole)
{
    EXPECT_DOUBLE_EQ(cuts_of(film(), {.target_seconds = 90})[0].length(), 60);
}

TEST(Cuts, the_hook_leaves_out_silence_between_words_and_what_is_dull)
{
    auto analysis = film();
    analysis.speech = {{38, 44}, {46, 52}};
    analysis.silences = {{44.2, 45.8}};
    auto const cuts = cuts_of(analysis, {.target_seconds = 12});
    ASSERT_EQ(cuts.size(), 2U);
    EXPECT_NEAR(cuts[0].end, 44.35, 1e-9);
    EXPECT_NEAR(cuts[1].start, 45.65, 1e-9);
    EXPECT_EQ(cuts[1].reason, "after 1.6 s of silence was dropped");
}

TEST(Cuts, the_hook_ends_with_a_sentence_where_one_ends_near)
{
    std::vector<plan::Word> const words{{"So", 40, 40.3, {}},     {"it", 40.4, 47.4, {}}, {"ends.", 47.6, 48.3, {}},
                                        {"Then", 48.5, 48.8, {}}, {"more", 49, 49.3, {}}, {"words", 49.4, 50.4, {}}};
    std::vector<plan::Decision> decisions;
    auto const cuts = studio::choose_cuts(film(), {.target_seconds = 10}, words, decisions);
    EXPECT_NEAR(cuts.back().end, 48.4, 1e-9);
    EXPECT_NE(decisions[0].reason.find("it ends with a sentence"), std::string::npos) << decisions[0].reason;
}

TEST(Cuts, silences_go_but_leave_breath)
{
    auto analysis = film();
    analysis.silences = {{0, 2}, {10, 10.4}, {20, 25}, {58, 60}};
    auto const cuts = cuts_of(analysis, {.mode = TrimMode::Silence});
    ASSERT_EQ(cuts.size(), 2U);
    EXPECT_NEAR(cuts[0].start, 1.85, 1e-9);
    EXPECT_NEAR(cuts[0].end, 20.15, 1e-9);
    EXPECT_NEAR(cuts[1].start, 24.85, 1e-9);
    EXPECT_NEAR(cuts[1].end, 58.15, 1e-9);
}

TEST(Cuts, a_file_that_is_all_silence_is_kept)
{
    auto analysis = film();
    analysis.silences = {{0, 60}};
    EXPECT_EQ(cuts_of(analysis, {.mode = TrimMode::Silence}).size(), 1U);
}

TEST(Cuts, a_range_past_the_end_is_refused_and_one_across_it_is_cut)
{
    EXPECT_EQ(test::error_of([] {
                  cuts_of(film(), {.mode = TrimMode::Range, .range = {70, 80}});
              }).code,
              base::ErrorCode::InvalidInput);
    EXPECT_DOUBLE_EQ(cuts_of(film(), {.mode = TrimMode::Range, .range = {50, 80}})[0].end, 60);
}

TEST(Cuts, edges_move_out_of_words)
{
    std::vector<plan::Word> const words{{"hello", 9.8, 10.3, {}}, {"world", 19.9, 20.4, {}}};
    std::vector<plan::Cut> cuts{{10, 20, ""}};
    EXPECT_EQ(studio::mid_word_cuts(cuts, words, 60), 2);
    studio::snap_to_words(cuts, words, 60);
    EXPECT_EQ(studio::mid_word_cuts(cuts, words, 60), 0);
    EXPECT_NEAR(cuts[0].start, 9.74, 1e-9);
    EXPECT_NEAR(cuts[0].end, 20.46, 1e-9);
}

/// Whatever the words and cuts: edges stay in the file, in order, and no cut vanishes.
TEST(Cuts, snapping_keeps_order_for_any_words)
{
    unsigned state = 7;
    auto const random = [&](double limit) { return (state = state * 1664525U + 1013904223U) * 0x1.0p-32 * limit; };
    for (int round = 0; round < 500; ++round) {
        std::vector<plan::Word> words;
        for (double at = 0; at < 60;) {
            auto const length = 0.05 + random(2);
            words.push_back({"w", at, at + length, {}});
            at += length + random(0.3);
        }
        std::vector<plan::Cut> cuts;
        for (double at = random(3); at < 55;) {
            auto const length = 0.5 + random(8);
            cuts.push_back({at, std::min(60.0, at + length), ""});
            at += length + random(3);
        }
        studio::snap_to_words(cuts, words, 60);
        double last = 0;
        for (auto const& cut : cuts) {
            ASSERT_GE(cut.start, last - 1e-9);
            ASSERT_GT(cut.end, cut.start);
            ASSERT_LE(cut.end, 60 + 1e-9);
            last = cut.end;
        }
    }
}

TEST(Cuts, words_move_to_the_clips_time)
{
    std::vector<plan::Word> const words{
        {"a", 1, 1.5, {}}, {"cut", 4.7, 5.1, {}}, {"gone", 7, 7.5, {}}, {"b", 10, 10.5, {}}};
    auto const moved = studio::on_clip_timeline({{0, 5, ""}, {9, 12, ""}}, words);
    ASSERT_EQ(moved.size(), 3U);
    EXPECT_DOUBLE_EQ(moved[1].end, 5);
    EXPECT_DOUBLE_EQ(moved[2].start, 6);
}

static std::vector<plan::Cut> with_speed(std::vector<plan::Cut> cuts, std::map<std::string, double> const& values)
{
    std::vector<plan::Decision> decisions;
    std::vector<plan::FilterCall> filters{{"noir", {}}, {"speed", values}};
    studio::apply_speeds(filters, cuts, decisions);
    EXPECT_EQ(filters.size(), 1U);
    return cuts;
}

TEST(Speed, becomes_a_matter_of_the_cuts)
{
    auto const all = with_speed({{10, 20, ""}}, {{"factor", 2}});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_DOUBLE_EQ(plan::Timeline(all).duration(), 5);
    auto const part = with_speed({{10, 20, ""}, {30, 40, ""}}, {{"factor", 2}, {"from", 8}, {"to", 12}});
    ASSERT_EQ(part.size(), 4U);
    EXPECT_DOUBLE_EQ(plan::Timeline(part).duration(), 18);
    EXPECT_DOUBLE_EQ(part[1].start, 18);
    EXPECT_DOUBLE_EQ(part[2].end, 32);
    EXPECT_DOUBLE_EQ(part[2].speed, 2);
    EXPECT_DOUBLE_EQ(part[3].speed, 1);
}

TEST(Speed, ramps_go_on_across_a_cut)
{
    auto const cuts = with_speed({{0, 5, ""}, {9, 14, ""}}, {{"factor", 1}, {"factor_to", 3}});
    ASSERT_EQ(cuts.size(), 2U);
    EXPECT_DOUBLE_EQ(cuts[0].speed_to.value(), 2);
    EXPECT_DOUBLE_EQ(cuts[1].speed, 2);
    EXPECT_DOUBLE_EQ(cuts[1].speed_to.value(), 3);
}
