#include "base/file.h"
#include "base/json.h"
#include "media/render.h"
#include "media_files.h"

/// Hash and time of each decoded picture, in order.
static std::vector<std::pair<std::string, double>> decoded(std::string const& path)
{
    base::Command const command{.arguments = {"ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0:v",
                                              "-fps_mode", "passthrough", "-enc_time_base", "1:1000", "-f", "framemd5",
                                              "-"}};
    std::vector<std::pair<std::string, double>> pictures;
    for (auto const& line : base::split(base::run(command).output, '\n')) {
        if (line.starts_with('#') || line.empty()) continue;
        auto const fields = base::split(line, ',');
        pictures.emplace_back(fields.at(5), std::stod(fields.at(2)) / 1000);
    }
    return pictures;
}

class SmartCopy : public testing::Test {
protected:
    base::TemporaryFolder folder;
    test::MediaFiles files{folder.path()};

    test::Path source(std::string const& name, std::vector<std::string> const& coding, std::string const& rate = "25")
    {
        std::vector<std::string> arguments{"-f", "lavfi", "-i", "testsrc2=rate=" + rate + ":size=320x240:duration=8",
                                           "-f", "lavfi", "-i", "sine=frequency=440:duration=8"};
        arguments.insert(arguments.end(), {"-vf", "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709",
                                           "-c:v", "libx264", "-pix_fmt", "yuv420p", "-colorspace", "bt709"});
        arguments.insert(arguments.end(), coding.begin(), coding.end());
        return test::ffmpeg(arguments, folder.path() / name);
    }

    plan::RenderRequest request(test::Path const& from, std::vector<plan::Cut> cuts, int rate = 25)
    {
        plan::RenderRequest out;
        out.plan.source = from.string();
        out.plan.cuts = std::move(cuts);
        out.plan.canvas = {320, 240, rate, 1};
        out.plan.encoder.preset = "ultrafast";
        out.plan.thumbnails = {{1, "", ""}};
        out.work_folder = (folder.path() / ("work" + std::to_string(++works_))).string();
        base::make_folder(out.work_folder);
        out.output = out.work_folder + "/clip.mp4";
        out.thumbnails = {out.work_folder + "/clip.jpg"};
        return out;
    }

    /// Copied pictures decode to what they are in the source; all stand at their time.
    void expect_cut(test::Path const& from, std::vector<plan::Cut> const& cuts, std::int64_t copied_min)
    {
        auto const asked = request(from, cuts);
        auto const result = media::render(asked, {}, {});
        EXPECT_GE(result.copied_frames, copied_min) << from;
        EXPECT_EQ(result.copied_frames + result.reencoded_frames, result.frames);
        auto const of_source = decoded(from.string());
        auto const of_clip = decoded(asked.output);
        ASSERT_EQ(static_cast<std::int64_t>(of_clip.size()), result.frames) << from;
        std::size_t frame = 0;
        std::int64_t same = 0;
        for (auto const& cut : cuts)
            for (auto picture = std::lround(cut.start * 25); picture < std::lround(cut.end * 25); ++picture, ++frame) {
                EXPECT_NEAR(of_clip[frame].second, static_cast<double>(frame) / 25, 0.002) << from;
                if (of_clip[frame].first == of_source.at(static_cast<std::size_t>(picture)).first) ++same;
            }
        EXPECT_GE(same, result.copied_frames) << from;
        EXPECT_TRUE(std::filesystem::exists(asked.thumbnails.front()));
    }

private:
    int works_ = 0;
};

TEST_F(SmartCopy, whole_groups_are_copied_and_only_the_edges_are_made_anew)
{
    auto const plain = source("plain.mp4", {"-g", "25", "-bf", "2"});
    expect_cut(plain, {{0, 8, ""}}, 200);
    expect_cut(plain, {{0.4, 6.2, ""}}, 125);
    expect_cut(plain, {{4.2, 7.2, ""}, {0.6, 3.4, ""}, {1, 4, ""}}, 150); // also out of order, and a part twice
}

TEST_F(SmartCopy, takes_matroska_long_groups_and_pyramids_of_b_pictures)
{
    expect_cut(source("plain.mkv", {"-g", "50", "-bf", "3", "-an"}), {{0.52, 7.48, ""}}, 100);
    expect_cut(source("pyramid.mp4", {"-g", "40", "-bf", "5", "-x264-params", "b-pyramid=normal:b-adapt=2"}),
               {{0.52, 7.48, ""}}, 120);
    expect_cut(source("baseline.mp4", {"-g", "40", "-profile:v", "baseline"}), {{0.52, 7.48, ""}}, 120);
}

TEST_F(SmartCopy, groups_that_lean_on_each_other_are_copied_together_or_not_at_all)
{
    expect_cut(source("open.mp4", {"-g", "25", "-bf", "2", "-x264-params", "open-gop=1:keyint=25:min-keyint=25"}),
               {{0, 8, ""}}, 0);
}

TEST_F(SmartCopy, a_plan_that_changes_pictures_copies_nothing)
{
    auto const plain = source("plain.mp4", {"-g", "25"});
    auto const copied = [&](auto change) {
        auto asked = request(plain, {{0, 8, ""}});
        change(asked.plan);
        return media::render(asked, {}, {}).copied_frames;
    };
    EXPECT_EQ(copied([](plan::EditPlan& p) { p.filters = {{"mirror", {}}}; }), 0);
    EXPECT_EQ(copied([](plan::EditPlan& p) { p.canvas.width = 240; }), 0);
    EXPECT_EQ(copied([](plan::EditPlan& p) { p.canvas.rate_numerator = 30; }), 0);
    EXPECT_EQ(copied([](plan::EditPlan& p) { p.cuts[0].speed = 2; }), 0);
    EXPECT_EQ(copied([](plan::EditPlan& p) { p.encoder.name = "x265"; }), 0);
    EXPECT_EQ(copied([](plan::EditPlan&) {}), 200);
}
