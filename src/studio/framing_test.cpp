#include "film.h"
#include "plan/timeline.h"
#include "studio/canvas.h"
#include "studio/framing.h"
#include "studio/look_choice.h"
#include "studio/thumbnails.h"

using test::film;

TEST(Framing, follows_a_face_and_jumps_between_shots)
{
    auto analysis = film();
    for (double at = 0; at < 39; at += 0.5) analysis.faces.push_back({at, 0.7, 0.2, 0.1, 0.2});
    std::vector<plan::Decision> decisions;
    auto const framing =
        studio::choose_framing(analysis, {{30, 50, ""}}, {1080, 1920}, studio::Layout::Auto, decisions);
    ASSERT_GE(framing.path.size(), 2U);
    EXPECT_NEAR(framing.path[0].x, 0.75, 1e-9);
    EXPECT_NEAR(framing.path.back().at, 9.6, 1e-9);
    EXPECT_TRUE(framing.path.back().jump);
    EXPECT_DOUBLE_EQ(framing.path.back().x, 0.5);
    EXPECT_EQ(decisions.back().reason, "follows the faces in 1 of 2 shots, shows the middle in 1 of 2 shots");
}

TEST(Framing, two_sightings_are_chance)
{
    auto analysis = film();
    analysis.faces = {{1, 0.1, 0.1, 0.1, 0.1}, {2, 0.1, 0.1, 0.1, 0.1}};
    std::vector<plan::Decision> decisions;
    for (auto const& key :
         studio::choose_framing(analysis, {{0, 30, ""}}, {1080, 1920}, studio::Layout::Auto, decisions).path)
        EXPECT_EQ(key.x, 0.5);
}

static plan::Framing framing_of(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                                studio::Layout layout = studio::Layout::Auto)
{
    std::vector<plan::Decision> decisions;
    return studio::choose_framing(analysis, cuts, {1080, 1920}, layout, decisions);
}

static void add_face(plan::Analysis& analysis, int track, double x, double width, double speaking, double until = 39)
{
    for (double at = 0; at < until; at += 0.5)
        analysis.faces.push_back({at, x, 0.3, width, width * 1.7, track, speaking});
    std::ranges::stable_sort(analysis.faces, {}, &plan::Face::at);
}

TEST(Framing, the_camera_stands_still_while_its_subject_stays_near_and_then_glides)
{
    auto analysis = film();
    for (double at = 0; at < 39; at += 0.5)
        analysis.faces.push_back({at, (at < 20 ? 0.3 : 0.6) + (int(at * 2) % 2 ? 0.01 : -0.01), 0.2, 0.1, 0.2, 0, 0});
    auto const path = framing_of(analysis, {{0, 39, ""}}).path;
    ASSERT_EQ(path.size(), 3U);
    EXPECT_NEAR(path[0].x, path[1].x, 1e-12);
    EXPECT_NEAR(path[1].at, 20, 1.5);
    EXPECT_GT(path[2].at - path[1].at, 1); // never fast
    EXPECT_NEAR(path[2].x, 0.65, 0.02);
    EXPECT_FALSE(path[2].jump);
}

TEST(Framing, one_wrong_sighting_moves_nothing)
{
    auto analysis = film();
    add_face(analysis, 0, 0.3, 0.1, 0);
    analysis.faces[40].x = 0.8;
    EXPECT_EQ(framing_of(analysis, {{0, 39, ""}}).path.size(), 1U);
}

TEST(Framing, two_who_talk_far_apart_share_a_split_picture)
{
    auto analysis = film();
    add_face(analysis, 0, 0.1, 0.12, 0.5);
    add_face(analysis, 1, 0.75, 0.12, 0.4);
    auto const framing = framing_of(analysis, {{0, 39, ""}});
    EXPECT_EQ(framing.mode, plan::FramingMode::Split);
    EXPECT_NEAR(framing.path.front().x, 0.16, 1e-9);
    EXPECT_NEAR(framing.second.front().x, 0.81, 1e-9);
    EXPECT_GT(framing.path.front().zoom, 1.3);
}

TEST(Framing, of_two_far_apart_the_one_who_speaks_is_followed_without_jumping)
{
    auto analysis = film();
    add_face(analysis, 0, 0.1, 0.12, 0.02);
    add_face(analysis, 1, 0.75, 0.12, 0.6);
    auto const framing = framing_of(analysis, {{0, 39, ""}});
    EXPECT_EQ(framing.mode, plan::FramingMode::Crop);
    ASSERT_EQ(framing.path.size(), 1U);
    EXPECT_NEAR(framing.path.front().x, 0.81, 1e-9);
}

TEST(Framing, two_who_stand_together_are_held_in_one_window)
{
    auto analysis = film();
    add_face(analysis, 0, 0.4, 0.1, 0.3);
    add_face(analysis, 1, 0.55, 0.1, 0.3);
    auto const framing = framing_of(analysis, {{0, 39, ""}});
    EXPECT_EQ(framing.mode, plan::FramingMode::Crop);
    EXPECT_NEAR(framing.path.front().x, 0.525, 1e-9);
}

TEST(Framing, writing_wider_than_the_window_is_shown_whole_for_as_long_as_it_stands)
{
    auto analysis = film();
    analysis.shots = {{0, 20}, {20, 40}, {40, 60}};
    analysis.text_regions = {{20, 40, 0.1, 0.8, 0.8, 0.1, "BREAKING NEWS", 0.9}};
    auto const framing = framing_of(analysis, {{0, 60, ""}});
    EXPECT_EQ(framing.mode, plan::FramingMode::Crop);
    ASSERT_EQ(framing.changes.size(), 2U);
    EXPECT_EQ(framing.changes[0].mode, plan::FramingMode::FitBlur);
    EXPECT_DOUBLE_EQ(framing.changes[0].at, 20);
    EXPECT_EQ(framing.changes[1].mode, plan::FramingMode::Crop);
}

TEST(Framing, a_page_with_a_small_speaker_is_a_screencast)
{
    auto analysis = film();
    add_face(analysis, 0, 0.85, 0.1, 0.4);
    for (int i = 0; i < 6; ++i) analysis.text_regions.push_back({0, 39, 0.1, 0.1 * i, 0.5, 0.05, "line of code", 0.8});
    auto const framing = framing_of(analysis, {{0, 39, ""}});
    EXPECT_EQ(framing.mode, plan::FramingMode::Screencast);
    EXPECT_NEAR(framing.second.front().x, 0.9, 1e-9);
}

TEST(Framing, what_moves_is_followed_where_nobody_is_seen)
{
    auto analysis = film();
    for (double at = 0; at < 39; at += 0.5) analysis.focus.push_back({at, 0.2, 0.5, 0.9});
    EXPECT_NEAR(framing_of(analysis, {{0, 39, ""}}).path.front().x, 0.2, 1e-9);
    for (auto& focus : analysis.focus) focus.share = 0.4; // movement everywhere
    EXPECT_NEAR(framing_of(analysis, {{0, 39, ""}}).path.front().x, 0.5, 1e-9);
}

TEST(Framing, a_layout_that_was_asked_for_wins)
{
    EXPECT_EQ(framing_of(film(), {{0, 60, ""}}, studio::Layout::FitBlur).mode, plan::FramingMode::FitBlur);
}

TEST(Steady, shake_is_taken_out_and_a_pan_is_left_alone)
{
    auto analysis = film();
    for (int i = 0; i < 250; ++i) {
        auto const shake = 0.01 * (std::sin(2.5 * i) - std::sin(2.5 * (i - 1)));
        analysis.camera.push_back({i / 25.0, 0.004 + shake, 0});
    }
    auto const path = studio::steady_path(analysis, {{0, 10, ""}});
    ASSERT_EQ(path.size(), 250U);
    double way = 0;
    double left = 0;
    double before = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        way += i > 0 ? analysis.camera[i].x : 0;
        auto const seen = way - path[i].x; // where the content stands in the window
        if (i > 40 && i < 200) left = std::max(left, std::abs(seen - before - 0.004));
        before = seen;
    }
    EXPECT_LT(left, 0.001); // of steps that shook by up to 0.02
    analysis.camera.assign(250, {});
    for (int i = 0; i < 250; ++i) analysis.camera[std::size_t(i)].at = i / 25.0;
    EXPECT_TRUE(studio::steady_path(analysis, {{0, 10, ""}}).empty());
}

TEST(Thumbnails, are_two_sharp_stills_with_a_face_well_apart)
{
    auto analysis = film();
    analysis.brightness.values.assign(120, 0.5);
    analysis.sharpness.values.assign(120, 0.2);
    analysis.sharpness.values[30] = 1;
    for (double at = 24; at < 26; at += 0.5) analysis.faces.push_back({at, 0.4, 0.2, 0.25, 0.4, 0, 0});
    auto const thumbnails = studio::choose_thumbnails(analysis, {{10, 40, ""}}, "Steady hands");
    ASSERT_EQ(thumbnails.size(), 2U);
    EXPECT_NEAR(thumbnails[0].at, 14.5, 1.3); // the face, at 24 to 26 s of the film
    EXPECT_NEAR(thumbnails[1].at, 5.25, 0.3); // the sharpest moment
    EXPECT_EQ(thumbnails[1].title, "Steady hands");
}

TEST(Looks, are_chosen_by_preference_then_niche_then_mood)
{
    studio::Catalog const catalog(test::source_folder() / "catalog");
    auto analysis = film();
    analysis.moods = {{plan::Mood::Dark, 0.8, "brightness 0.10"}, {plan::Mood::Calm, 0.5, ""}};
    EXPECT_EQ(studio::choose_look(catalog, analysis, "", "warm").look, "warm");
    EXPECT_EQ(studio::choose_look(catalog, analysis, "street food", "").look, "warm");
    EXPECT_EQ(studio::choose_look(catalog, analysis, "birds", "").look, "noir");
    analysis.moods = {{plan::Mood::Dark, 0.1, ""}};
    EXPECT_EQ(studio::choose_look(catalog, analysis, "birds", "").look, "");
    EXPECT_EQ(test::error_of([&] { studio::choose_look(catalog, analysis, "", "nior"); }).code,
              base::ErrorCode::InvalidInput);
}

TEST(Canvas, has_a_rate_that_platforms_take)
{
    auto const rate = [](double fps, bool variable) {
        auto const canvas = studio::choose_canvas(
            "9:16", {.width = 640, .height = 480, .frames_per_second = fps, .variable_frame_rate = variable});
        return fmt::format("{}/{}", canvas.rate_numerator, canvas.rate_denominator);
    };
    EXPECT_EQ(rate(25, false), "25/1");
    EXPECT_EQ(rate(29.97, false), "30000/1001");
    EXPECT_EQ(rate(20, false), "30/1");
    EXPECT_EQ(rate(240, false), "60/1");
    EXPECT_EQ(rate(25, true), "30/1");
    EXPECT_EQ(studio::choose_canvas("source", {.width = 853, .height = 481, .frames_per_second = 25}).width % 2, 0);
    EXPECT_EQ(test::error_of([] { studio::choose_canvas("2:1", {}); }).code, base::ErrorCode::InvalidInput);
}
