#include "media/analysis/analyse.h"

#include "media/analysis/beats.h"
#include "media/analysis/face_tracks.h"
#include "media/analysis/shots.h"
#include "media/analysis/sound.h"
#include "media_files.h"

#include <cmath>
#include <numbers>

using namespace media::analysis;

namespace {

struct AnalyseTest : testing::Test {
    plan::Analysis analyse(test::Path const& path, Options const& options = {}) const
    {
        return media::analysis::analyse(path, options, {}, base::SystemClock());
    }
    base::TemporaryFolder folder;
    test::MediaFiles files{folder.path()};
};

Look plain_look(double at, std::uint8_t luma)
{
    std::vector<std::uint8_t> const picture(look_width * look_height, luma);
    std::vector<std::uint8_t> const grey(look_width * look_height, 128);
    std::uint8_t const* const planes[] = {picture.data(), grey.data(), grey.data()};
    int const strides[] = {look_width, look_width, look_width};
    return make_look(at, planes, strides);
}

/// Shots of a film of plain pictures, 25 a second.
std::vector<plan::Span> shots_of(std::vector<std::uint8_t> const& lumas)
{
    ShotFinder finder;
    for (std::size_t i = 0; i < lumas.size(); ++i) finder.add(plain_look(0.04 * double(i), lumas[i]));
    return finder.finish(0.04 * double(lumas.size()));
}

} // namespace

TEST(Shots, a_cut_is_found_at_its_picture)
{
    std::vector<std::uint8_t> film(50, 40);
    film.insert(film.end(), 50, 160);
    auto const shots = shots_of(film);
    ASSERT_EQ(shots.size(), 2U);
    EXPECT_NEAR(shots[1].start, 2.0, 1e-9);
    EXPECT_NEAR(shots[1].end, 4.0, 1e-9);
}

TEST(Shots, a_flash_and_a_slow_fade_are_no_cuts)
{
    std::vector<std::uint8_t> flash(100, 60);
    flash[50] = flash[51] = flash[52] = 250;
    EXPECT_EQ(shots_of(flash).size(), 1U);
    std::vector<std::uint8_t> fade;
    for (int i = 0; i < 120; ++i) fade.push_back(static_cast<std::uint8_t>(i * 2));
    EXPECT_EQ(shots_of(fade).size(), 1U);
}

TEST_F(AnalyseTest, cuts_of_a_film_are_found)
{
    auto const analysis = analyse(files.cuts({"navy", "orange", "white", "green"}, 1.6), {.faces = false});
    ASSERT_EQ(analysis.shots.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(analysis.shots[i].start, 1.6 * double(i), 0.05);
    EXPECT_FALSE(analysis.loudness);
    EXPECT_TRUE(analysis.audio_energy.values.empty());
}

TEST_F(AnalyseTest, the_cut_of_a_real_film_is_found_and_wild_movement_is_none)
{
    auto const ocean = analyse(test::sample("tests/ocean.mp4"), {.faces = false}).shots;
    ASSERT_EQ(ocean.size(), 2U);
    EXPECT_NEAR(ocean[1].start, 6.0, 0.05);
    EXPECT_EQ(analyse(test::sample("tests/cockatoo.mp4"), {.faces = false}).shots.size(), 1U);
}

TEST_F(AnalyseTest, motion_is_high_where_something_moves)
{
    auto const still_then_moving = test::ffmpeg({"-f", "lavfi", "-i", "color=gray:size=320x240:rate=25:duration=3",
                                                 "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=3",
                                                 "-filter_complex", "[0][1]concat=n=2", "-c:v", "libx264"},
                                                folder.path() / "motion.mp4");
    auto const motion = analyse(still_then_moving, {.faces = false}).motion.values;
    ASSERT_EQ(motion.size(), 12U);
    EXPECT_LT(motion[2], 0.001);
    EXPECT_GT(motion[9], 10 * motion[2] + 0.002);
}

TEST_F(AnalyseTest, loudness_of_a_reference_tone_is_right)
{
    // EBU Tech 3341 case 1: a stereo sine of 1000 Hz at -23 dBFS is -23 LUFS.
    auto const tone =
        test::ffmpeg({"-f", "lavfi", "-i", "aevalsrc=0.070795*sin(2*PI*1000*t)|0.070795*sin(2*PI*1000*t):s=48000:d=10",
                      "-c:a", "pcm_f32le"},
                     folder.path() / "tone.wav");
    auto const analysis = analyse(tone);
    ASSERT_TRUE(analysis.loudness);
    EXPECT_NEAR(analysis.loudness->integrated_lufs, -23, 0.2);
    EXPECT_NEAR(analysis.loudness->true_peak_dbtp, -23, 0.2);
    EXPECT_NEAR(analysis.audio_energy.values.at(5), std::pow(10, -23 / 20.0) / std::numbers::sqrt2, 0.003);
    EXPECT_TRUE(analysis.shots.empty());
    EXPECT_TRUE(analysis.silences.empty());
}

TEST_F(AnalyseTest, pauses_between_sentences_are_silences)
{
    auto const silences = analyse(test::sample("library/reading-by-the-sea.mp4"), {.faces = false}).silences;
    EXPECT_GE(silences.size(), 4U); // five sentences
    for (auto const& silence : silences) EXPECT_GE(silence.length(), 0.5);
}

TEST(Silences, digital_silence_is_one_silence_and_a_steady_noise_is_none)
{
    EXPECT_EQ(find_silences(std::vector<float>(100, 0.0F), 0.05, 0.5, 5).size(), 1U);
    EXPECT_TRUE(find_silences(std::vector<float>(100, 0.01F), 0.05, 0.5, 5).empty());
}

TEST_F(AnalyseTest, the_face_of_a_speaker_is_found_and_a_film_without_people_has_none)
{
    auto const clip = test::ffmpeg({"-i", test::sample("tests/franck.mp4").string(), "-t", "6", "-c", "copy"},
                                   folder.path() / "face.mp4");
    auto const analysis = analyse(clip);
    EXPECT_GE(analysis.faces.size(), 10U);
    for (auto const& face : analysis.faces) {
        EXPECT_NEAR(face.x + face.width / 2, 0.55, 0.2);
        EXPECT_NEAR(face.y + face.height / 2, 0.5, 0.2);
    }
    EXPECT_TRUE(analyse(test::sample("tests/ocean.mp4")).faces.empty());
}

TEST_F(AnalyseTest, of_two_people_side_by_side_the_one_who_moves_the_mouth_speaks)
{
    // Somebody who talks, beside a still of the same film; the voice is a tone that comes and goes.
    auto const clip =
        test::ffmpeg({"-ss", "20", "-t", "8", "-i", test::sample("tests/franck.mp4").string(), "-f", "lavfi", "-i",
                      "aevalsrc=0.3*sin(2*PI*200*t)*gt(sin(2*PI*3*t)\\,0):s=16000:d=8", "-filter_complex",
                      "[0]split[a][b];[b]select=eq(n\\,0),loop=-1:1,setpts=N/24/TB[still];[a][still]hstack=shortest=1",
                      "-preset", "ultrafast"},
                     folder.path() / "two.mp4");
    double moving = 0;
    double still = 0;
    int count = 0;
    for (auto const& face : analyse(clip, {.text = false}).faces) {
        (face.x < 0.5 ? moving : still) += face.speaking;
        ++count;
    }
    ASSERT_GE(count, 16);
    EXPECT_GT(moving, 3 * still + 0.5);
}

TEST_F(AnalyseTest, faces_are_found_upright_in_a_film_that_is_stored_on_its_side)
{
    auto const turned = test::ffmpeg({"-i", test::sample("tests/franck.mp4").string(), "-t", "3", "-vf", "transpose=2",
                                      "-metadata:s:v", "rotate=270"},
                                     folder.path() / "turned.mov");
    auto const upright =
        test::ffmpeg({"-i", turned.string(), "-c", "copy", "-metadata:s:v", "rotate=270"}, folder.path() / "t.mp4");
    auto const analysis = analyse(upright);
    EXPECT_EQ(analysis.media.video->width, 360);
    EXPECT_GE(analysis.faces.size(), 4U);
}

TEST(Faces, what_is_seen_once_or_twice_is_no_face)
{
    Sighting const last{{1, 0.43, 0.4, 0.2, 0.2}};
    Sighting const face{{0, 0.4, 0.4, 0.2, 0.2}};
    Sighting const later{{0.5, 0.42, 0.41, 0.2, 0.2}};
    Sighting const elsewhere{{0.5, 0.1, 0.1, 0.1, 0.1}};
    EXPECT_EQ(track_faces({{face}, {later, elsewhere}, {last}}, {}, {}, 0.05).size(), 3U);
    EXPECT_TRUE(track_faces({{face}, {later}}, {}, {}, 0.05).empty());
    EXPECT_TRUE(track_faces({{face}, {elsewhere}}, {}, {}, 0.05).empty());
    EXPECT_TRUE(track_faces({{face}, {}, {later}}, {}, {}, 0.05).empty());
}

TEST(Faces, the_same_face_keeps_its_number_within_a_shot_alone)
{
    std::vector<std::vector<Sighting>> pictures;
    for (int i = 0; i < 8; ++i)
        pictures.push_back({{{0.5 * i, 0.1 + 0.01 * i, 0.4, 0.2, 0.2}}, {{0.5 * i, 0.6, 0.4, 0.15, 0.15}}});
    std::vector<plan::Span> const shots{{0, 2}, {2, 4}};
    auto const faces = track_faces(pictures, shots, {}, 0.05);
    ASSERT_EQ(faces.size(), 16U);
    EXPECT_EQ(faces[0].track, faces[6].track);
    EXPECT_NE(faces[0].track, faces[1].track);
    EXPECT_NE(faces[6].track, faces[8].track); // the other shot
}

TEST(Faces, of_two_the_one_whose_mouth_moves_with_the_sound_speaks)
{
    std::vector<std::vector<Sighting>> pictures;
    std::vector<float> energy;
    for (int i = 0; i < 400; ++i) energy.push_back(i / 4 % 2 ? 0.04F : 0.0004F); // syllables, 20 windows a second
    for (int i = 1; i < 40; ++i) {
        Sighting speaker{{0.5 * i, 0.1, 0.4, 0.2, 0.2}};
        Sighting listener{{0.5 * i, 0.6, 0.4, 0.2, 0.2}};
        for (int k = 0; k < 5; ++k) {
            auto const at = 0.5 * i - 0.4 + 0.1 * k;
            auto const loud = energy[static_cast<std::size_t>(at / 0.05 + 0.5)] > 0.01F;
            speaker.mouth.push_back({at, loud ? 0.02 : 0.004});
            listener.mouth.push_back({at, 0.001});
        }
        pictures.push_back({speaker, listener});
    }
    for (auto const& face : track_faces(pictures, {}, energy, 0.05)) {
        if (face.x < 0.5)
            EXPECT_GT(face.speaking, 0.6) << face.at;
        else
            EXPECT_LT(face.speaking, 0.1) << face.at;
    }
}

TEST_F(AnalyseTest, a_long_film_is_sampled_and_still_heard_in_full)
{
    auto const film = files.long_film(120);
    auto const analysis = analyse(film, {.sample_above_seconds = 60});
    EXPECT_TRUE(analysis.sampled);
    EXPECT_NEAR(double(analysis.audio_energy.values.size()), 240, 2);
    EXPECT_FALSE(analysis.motion.values.empty());
    EXPECT_FALSE(analyse(film, {.faces = false}).sampled);
}

TEST_F(AnalyseTest, progress_grows_to_one_and_a_stop_cancels)
{
    std::vector<double> done;
    std::stop_source stop;
    auto const film = files.plain(4);
    media::analysis::analyse(
        film, {.faces = false}, [&](plan::Progress const& progress) { done.push_back(progress.done); },
        base::SystemClock());
    ASSERT_FALSE(done.empty());
    EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
    EXPECT_EQ(done.back(), 1);
    auto const cancelled = test::error_of([&] {
        media::analysis::analyse(
            film, {}, [&](plan::Progress const&) { stop.request_stop(); }, base::SystemClock(), stop.get_token());
    });
    EXPECT_EQ(cancelled.code, base::ErrorCode::Cancelled);
}

TEST_F(AnalyseTest, writing_in_the_picture_is_found_and_read)
{
    auto const clip = test::ffmpeg(
        {"-i", test::sample("tests/cockatoo.mp4").string(), "-t", "8", "-an", "-vf",
         "drawtext=fontfile=/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf:text='SUBSCRIBE NOW':fontsize=64:"
         "fontcolor=white:borderw=4:x=(w-tw)/2:y=h*0.8:enable='between(t,2,6)'",
         "-preset", "ultrafast"},
        folder.path() / "text.mp4");
    auto const regions = analyse(clip, {.faces = false}).text_regions;
    ASSERT_EQ(regions.size(), 1U);
    EXPECT_NE(regions[0].text.find("NOW"), std::string::npos) << regions[0].text;
    EXPECT_NEAR(regions[0].start, 2, 1.1);
    EXPECT_NEAR(regions[0].end, 6, 1.1);
    EXPECT_NEAR(regions[0].x + regions[0].width / 2, 0.5, 0.05);
    EXPECT_NEAR(regions[0].y + regions[0].height / 2, 0.83, 0.05);
}

TEST_F(AnalyseTest, waves_and_feathers_are_no_writing)
{
    for (auto const* name : {"tests/ocean.mp4", "tests/cockatoo.mp4"})
        EXPECT_TRUE(analyse(test::sample(name), {.faces = false}).text_regions.empty()) << name;
}

TEST_F(AnalyseTest, the_beats_of_a_click_track_are_found_and_speech_has_none)
{
    auto const clicks =
        test::ffmpeg({"-f", "lavfi", "-i",
                      "aevalsrc=0.8*sin(2*PI*90*mod(t\\,0.5))*exp(-30*mod(t\\,0.5))+0.02*sin(2*PI*330*t):s=44100:d=20",
                      "-c:a", "pcm_s16le"},
                     folder.path() / "clicks.wav");
    auto const beats = analyse(clicks).beats;
    ASSERT_GE(beats.size(), 36U);
    for (auto const beat : beats) EXPECT_NEAR(beat, std::round(beat / 0.5) * 0.5, 0.04);
    EXPECT_TRUE(analyse(test::sample("library/reading-by-the-sea.mp4"), {.faces = false, .text = false}).beats.empty());
}

TEST_F(AnalyseTest, speech_is_told_from_waves)
{
    auto const analysis = analyse(test::sample("library/reading-by-the-sea.mp4"), {.faces = false, .text = false});
    ASSERT_FALSE(analysis.speech.empty());
    double spoken = 0;
    for (auto const& span : analysis.speech) spoken += span.length();
    EXPECT_GT(spoken, 0.5 * analysis.media.duration_seconds);
    EXPECT_TRUE(analyse(files.audio_only(6)).speech.empty());
}

TEST_F(AnalyseTest, colours_brightness_and_sharpness_are_measured)
{
    auto const clip = test::ffmpeg({"-f", "lavfi", "-i", "color=0x2040c0:size=320x240:rate=25:duration=2", "-f",
                                    "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=2", "-filter_complex",
                                    "[0][1]concat=n=2", "-c:v", "libx264", "-pix_fmt", "yuv420p"},
                                   folder.path() / "colours.mp4");
    auto const analysis = analyse(clip);
    ASSERT_FALSE(analysis.palette.empty());
    EXPECT_GT(analysis.palette.front().share, 0.45);
    EXPECT_EQ(analysis.palette.front().color.substr(5, 1), "c"); // made as #2040c0, without a tag of its matrix
    ASSERT_EQ(analysis.sharpness.values.size(), 8U);
    EXPECT_LT(analysis.sharpness.values[1], 0.05);
    EXPECT_GT(analysis.sharpness.values[6], 0.5);
    EXPECT_GT(analysis.brightness.values[6], analysis.brightness.values[1]);
    ASSERT_EQ(analysis.moods.size(), 6U);
    EXPECT_GE(analysis.moods[0].score, analysis.moods[5].score);
    EXPECT_TRUE(analysis.camera.empty());
}

TEST_F(AnalyseTest, a_pan_is_measured_as_camera_movement)
{
    // A window of 320 pixels that moves 4 pixels a picture over a still of a real film.
    auto const pan = test::ffmpeg({"-i", test::sample("tests/cockatoo.mp4").string(), "-frames:v", "40", "-an", "-vf",
                                   "select=eq(n\\,0),loop=39:1,setpts=N/25/TB,fps=25,crop=640:360:x=4*n:y=100"},
                                  folder.path() / "pan.mp4");
    auto const camera = analyse(pan, {.faces = false, .text = false, .camera = true}).camera;
    ASSERT_GE(camera.size(), 30U);
    for (std::size_t i = 2; i + 2 < camera.size(); ++i) {
        EXPECT_NEAR(camera[i].x, -4.0 / 640, 0.0012) << i;
        EXPECT_NEAR(camera[i].y, 0, 0.0012) << i;
    }
}
