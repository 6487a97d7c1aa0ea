#include "base/file.h"
#include "base/json.h"
#include "media/audio/mix.h"
#include "media/picture/drawing.h"
#include "media/render.h"
#include "media_files.h"

#include <cmath>
#include <numbers>

class Speed : public testing::Test {
protected:
    base::TemporaryFolder folder;
    test::MediaFiles files{folder.path()};

    static plan::EditPlan plan_of(test::Path const& source, std::vector<plan::Cut> cuts)
    {
        plan::EditPlan plan;
        plan.source = source.string();
        plan.cuts = std::move(cuts);
        plan.canvas = {180, 320, 30, 1};
        plan.encoder.preset = "ultrafast";
        return plan;
    }
    std::vector<float> mixed(plan::EditPlan const& plan)
    {
        media::PcmFile file(folder.path() / "mix");
        media::mix(plan, file, {});
        std::vector<float> left;
        file.for_each([&](std::span<float const> piece) {
            for (std::size_t i = 0; i < piece.size(); i += 2) left.push_back(piece[i]);
        });
        return left;
    }
    /// How strong a frequency is in the middle of the sound (Goertzel).
    static double strength(std::vector<float> const& sound, double frequency)
    {
        auto const begin = sound.size() / 2 - 12000;
        double real = 0;
        double imaginary = 0;
        for (std::size_t i = 0; i < 24000; ++i) {
            auto const angle = 2 * std::numbers::pi * frequency * static_cast<double>(i) / 48000;
            real += static_cast<double>(sound[begin + i]) * std::cos(angle);
            imaginary += static_cast<double>(sound[begin + i]) * std::sin(angle);
        }
        return std::hypot(real, imaginary);
    }
    /// Black and silent but for a flash and a tone of 0.2 s, 4 s after the start.
    test::Path flash()
    {
        return test::ffmpeg({"-f", "lavfi", "-i", "color=black:size=320x240:rate=60:duration=6", "-f", "lavfi", "-i",
                             "sine=frequency=1000:sample_rate=48000:duration=6", "-vf",
                             "drawbox=color=white:t=fill:enable='between(t,3.999,4.199)'", "-af",
                             "volume=0:enable='not(between(t,4,4.2))'", "-c:v", "libx264", "-pix_fmt", "yuv420p",
                             "-c:a", "pcm_s16le"},
                            folder.path() / "flash.mov");
    }
    /// Seconds of the clip at which the picture turns white and at which the sound begins.
    std::pair<double, double> events(plan::EditPlan const& plan)
    {
        std::pair<double, double> found{-1, -1};
        media::Drawing drawing(plan, {}, {});
        while (auto const drawn = drawing.next())
            if (found.first < 0 && drawn->drawn.mean() > 120)
                found.first =
                    static_cast<double>(drawn->frame) * plan.canvas.rate_denominator / plan.canvas.rate_numerator;
        auto const sound = mixed(plan);
        for (std::size_t i = 0; i < sound.size() && found.second < 0; ++i)
            if (std::abs(sound[i]) > 0.05F) found.second = static_cast<double>(i) / 48000;
        return found;
    }
};

TEST_F(Speed, keeps_the_pitch_and_the_length_to_the_sample)
{
    auto const source = files.audio_only(8);
    for (auto const speed : {0.5, 1.5, 3.0}) {
        auto const plan = plan_of(source, {{1, 7, "", speed}});
        auto const sound = mixed(plan);
        EXPECT_EQ(sound.size(), static_cast<std::size_t>(std::lround(6 / speed * 48000))) << speed;
        EXPECT_GT(strength(sound, 440), 10 * strength(sound, 440 * speed)) << speed;
        EXPECT_GT(strength(sound, 440), 10 * strength(sound, 440 / speed)) << speed;
    }
}

TEST_F(Speed, picture_and_sound_of_an_event_stay_together)
{
    auto const source = flash();
    for (auto const& cut : {plan::Cut{1, 6, "", 1.5}, plan::Cut{1, 6, "", 0.5}, plan::Cut{1, 6, "", 0.5, 2.0},
                            plan::Cut{1, 6, "", 2.0, 0.5}}) {
        auto plan = plan_of(source, {cut});
        plan.canvas.rate_numerator = 120; // so that a frame is shorter than what is measured
        auto const expected = plan::Timeline(plan.cuts).clip_time(0, 4);
        auto const [picture, sound] = events(plan);
        EXPECT_NEAR(picture, expected, 0.02) << cut.speed;
        EXPECT_NEAR(sound, expected, 0.02) << cut.speed;
        EXPECT_NEAR(picture, sound, 0.02) << cut.speed;
    }
}

TEST_F(Speed, a_ramp_makes_a_clip_of_the_length_that_the_timeline_says)
{
    auto plan = plan_of(files.plain(6), {{0, 2, ""}, {2, 4, "", 1, 2.0}, {4, 6, "", 2}});
    plan::RenderRequest request;
    request.plan = plan;
    request.work_folder = folder.path().string();
    request.output = (folder.path() / "clip.mp4").string();
    auto const result = media::render(request, {}, {});
    EXPECT_NEAR(result.duration_seconds, plan.duration_seconds(), 0.5 / 30);
    EXPECT_LE(std::abs(result.quality.av_offset_ms), 20);
    EXPECT_EQ(result.copied_frames, 0);
}

TEST(OddSources, a_thousand_cuts_go_forward_without_a_seek_each)
{
    base::TemporaryFolder folder;
    test::MediaFiles const files(folder.path());
    plan::RenderRequest request;
    request.plan.source = files.plain(20).string();
    for (int i = 0; i < 1000; ++i) request.plan.cuts.push_back({i * 0.0198, i * 0.0198 + 0.01, ""});
    request.plan.canvas = {64, 64, 30, 1};
    request.plan.encoder.preset = "ultrafast";
    request.work_folder = folder.path().string();
    request.output = (folder.path() / "clip.mp4").string();
    auto const result = media::render(request, {}, {});
    EXPECT_EQ(result.frames, 300);
    EXPECT_TRUE(result.quality.passed) << base::to_json(result.quality);
}

TEST(OddSources, a_picture_of_one_pixel_fills_the_canvas)
{
    base::TemporaryFolder folder;
    plan::RenderRequest request;
    request.plan.source = test::ffmpeg({"-f", "lavfi", "-i", "color=red:size=2x2:rate=10:duration=1", "-vf",
                                        "format=rgb24,crop=1:1", "-c:v", "png"},
                                       folder.path() / "one.mov")
                              .string();
    request.plan.cuts = {{0, 1, ""}};
    request.plan.canvas = {64, 64, 10, 1};
    request.work_folder = folder.path().string();
    request.output = (folder.path() / "clip.mp4").string();
    EXPECT_EQ(media::render(request, {}, {}).frames, 10);
}

TEST(OddSources, damaged_pictures_are_concealed_and_counted)
{
    base::TemporaryFolder folder;
    test::MediaFiles const files(folder.path());
    plan::RenderRequest request;
    request.plan.source = files.damaged(files.plain(6, "640x480"), 3000).string();
    request.plan.cuts = {{0, 6, ""}};
    request.plan.canvas = {64, 64, 25, 1};
    request.plan.encoder.preset = "ultrafast";
    request.work_folder = folder.path().string();
    request.output = (folder.path() / "clip.mp4").string();
    auto const result = media::render(request, {}, {});
    EXPECT_EQ(result.frames, 150);
    EXPECT_GT(result.corrupt_frames, 0);
    EXPECT_LT(result.corrupt_frames, 150);
    EXPECT_NE(base::to_json(result.quality.notes).find("damaged"), std::string::npos);
}

TEST(OddSources, times_that_jump_and_go_back_end_in_a_whole_clip)
{
    base::TemporaryFolder folder;
    test::MediaFiles const files(folder.path());
    auto const jumpy =
        test::ffmpeg({"-i", files.plain(4).string(), "-c", "copy", "-bsf:v",
                      "setts=pts='PTS+if(gt(N,50),-30000,0)':dts='DTS+if(gt(N,50),-30000,0)'", "-f", "matroska"},
                     folder.path() / "jumpy.mkv");
    plan::RenderRequest request;
    request.plan.source = jumpy.string();
    request.plan.cuts = {{0, 3, ""}};
    request.plan.canvas = {64, 64, 25, 1};
    request.plan.encoder.preset = "ultrafast";
    request.work_folder = folder.path().string();
    request.output = (folder.path() / "clip.mp4").string();
    EXPECT_EQ(media::render(request, {}, {}).frames, 75);
}

TEST(OddSources, what_stands_still_in_the_source_is_a_note_and_no_problem)
{
    base::TemporaryFolder folder;
    auto const still = test::ffmpeg({"-f", "lavfi", "-i", "color=gray:size=320x240:rate=25:duration=4", "-f", "lavfi",
                                     "-i", "sine=duration=4", "-c:v", "libx264", "-pix_fmt", "yuv420p"},
                                    folder.path() / "still.mp4");
    plan::RenderRequest request;
    request.plan.source = still.string();
    request.plan.cuts = {{0, 4, ""}};
    request.plan.canvas = {64, 64, 25, 1};
    request.work_folder = folder.path().string();
    request.output = (folder.path() / "clip.mp4").string();
    auto const quality = media::render(request, {}, {}).quality;
    EXPECT_TRUE(quality.passed);
    EXPECT_NEAR(quality.frozen_seconds, 4, 0.1);
    ASSERT_EQ(quality.frozen.size(), 1U);
    EXPECT_FALSE(quality.notes.empty());
}
