#include "base/hash.h"
#include "base/json.h"
#include "media/render.h"
#include "media_files.h"

static plan::RenderRequest request_for(test::Path const& source, base::TemporaryFolder const& folder, double start = 0,
                                       double end = 1)
{
    plan::RenderRequest request;
    request.plan.source = source.string();
    request.plan.cuts = {{start, end, "test"}};
    request.plan.canvas = {180, 320, 30, 1};
    request.plan.encoder.preset = "ultrafast";
    request.work_folder = folder.path().string();
    request.output = (folder.path() / "clip.mp4").string();
    request.thumbnails = {(folder.path() / "clip.jpg").string()};
    request.plan.thumbnails = {{0, "", ""}};
    return request;
}

/// What ffprobe says, as JSON.
static base::json::value probe(std::string const& path)
{
    base::Command const command{
        .arguments = {"ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path}};
    return base::parse_json(base::run(command).output, "ffprobe");
}

class Render : public testing::Test {
protected:
    base::TemporaryFolder folder;
    test::MediaFiles files{folder.path()};
    plan::RenderResult render(plan::RenderRequest const& request) { return media::render(request, {}, {}); }
};

TEST_F(Render, writes_what_the_contract_promises)
{
    auto request = request_for(files.plain(4), folder, 0.5, 3.5);
    request.plan.canvas = {1080, 1920, 30, 1};
    auto const result = render(request);
    auto const document = probe(request.output);
    auto const& video = document.at("streams").at(0);
    auto const& audio = document.at("streams").at(1);
    EXPECT_EQ(video.at("codec_name"), "h264");
    EXPECT_EQ(video.at("profile"), "High");
    EXPECT_EQ(video.at("pix_fmt"), "yuv420p");
    EXPECT_EQ(video.at("width"), 1080);
    EXPECT_EQ(video.at("height"), 1920);
    EXPECT_EQ(video.at("avg_frame_rate"), "30/1");
    EXPECT_EQ(video.at("r_frame_rate"), "30/1");
    EXPECT_EQ(video.at("nb_frames"), "90");
    for (auto const* field : {"color_space", "color_primaries", "color_transfer"})
        EXPECT_EQ(video.at(field), "bt709") << field;
    EXPECT_EQ(audio.at("codec_name"), "aac");
    EXPECT_EQ(audio.at("profile"), "LC");
    EXPECT_EQ(audio.at("sample_rate"), "48000");
    EXPECT_EQ(audio.at("channels"), 2);
    for (auto const* stream : {&video, &audio}) EXPECT_EQ(stream->at("start_time"), "0.000000");
    EXPECT_EQ(result.frames, 90);
    EXPECT_NEAR(result.loudness_lufs, -14, 1);
    EXPECT_LE(result.true_peak_dbtp, -1);
    EXPECT_TRUE(result.quality.passed) << base::to_json(result.quality);
    if (!TEST_SANITIZED) { EXPECT_LE(result.memory_peak_mib, 400); }
    auto const bytes = base::read_file(request.output, 1 << 28);
    EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
    EXPECT_EQ(bytes.find("elst"), std::string::npos) << "no edit list";
    EXPECT_EQ(probe(request.thumbnails.front()).at("streams").at(0).at("codec_name"), "mjpeg");
}

TEST_F(Render, gives_the_same_pictures_for_the_same_plan_and_seed)
{
    auto request = request_for(files.plain(3), folder, 0.3, 2.3);
    request.plan.filters = {{"film_grain", {{"amount", 0.5}}}, {"zoom", {{"push", 1}}}};
    render(request);
    auto const first = test::picture_hashes(request.output);
    base::TemporaryFolder const other; // a folder in which nothing is finished yet
    request.work_folder = other.path().string();
    request.output = (other.path() / "clip.mp4").string();
    EXPECT_EQ(render(request).resumed_frames, 0);
    EXPECT_EQ(test::picture_hashes(request.output), first);
    EXPECT_EQ(first.size(), 60U);
    request.plan.seed = 2;
    render(request);
    EXPECT_NE(test::picture_hashes(request.output), first);
}

TEST_F(Render, several_cuts_follow_each_other_without_gap)
{
    auto request = request_for(files.plain(6), folder);
    request.plan.cuts = {{4, 5, ""}, {1, 1.5, ""}, {2.013, 3.2, ""}};
    auto const result = render(request);
    EXPECT_EQ(result.frames, 81); // 2.687 s at 30 frames a second
    EXPECT_LE(std::abs(result.quality.av_offset_ms), 20);
}

TEST_F(Render, sound_stays_with_the_picture)
{
    // White picture and tone begin together at 1 s.
    auto const source = test::ffmpeg({"-f",
                                      "lavfi",
                                      "-i",
                                      "color=black:size=320x240:rate=30:duration=1",
                                      "-f",
                                      "lavfi",
                                      "-i",
                                      "color=white:size=320x240:rate=30:duration=1",
                                      "-f",
                                      "lavfi",
                                      "-i",
                                      "sine=frequency=1000:duration=1",
                                      "-filter_complex",
                                      "[0][1]concat[v];[2]adelay=1000:all=1[a]",
                                      "-map",
                                      "[v]",
                                      "-map",
                                      "[a]",
                                      "-c:v",
                                      "libx264"},
                                     folder.path() / "flash.mp4");
    auto request = request_for(source, folder, 0.5, 2);
    render(request);
    base::Command const command{.arguments = {"ffmpeg", "-nostdin", "-v", "info", "-i", request.output, "-af",
                                              "silencedetect=noise=-30dB:d=0.1", "-vf", "blackdetect=d=0.1:pix_th=0.2",
                                              "-f", "null", "-"}};
    auto const text = base::run(command).errors;
    auto const number = [&](std::string const& name) {
        auto const at = text.find(name);
        return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size()));
    };
    EXPECT_NEAR(number("black_end:"), 0.5, 0.02) << text;
    EXPECT_NEAR(number("silence_end: "), 0.5, 0.02) << text;
}

TEST_F(Render, takes_every_kind_of_picture)
{
    for (auto const& source : {files.rotated(), files.odd_sized(), files.wide_pixels(), files.variable_rate(),
                               files.ten_bit(), files.hdr(), files.interlaced(), files.video_only()}) {
        auto request = request_for(source, folder, 0.1, 0.9);
        auto const result = render(request);
        EXPECT_EQ(result.frames, 24) << source;
        EXPECT_LT(result.quality.black_seconds, 0.1) << source;
        EXPECT_EQ(probe(request.output).at("streams").at(0).at("width"), 180) << source;
    }
}

TEST_F(Render, takes_8k)
{
    auto request = request_for(files.eight_k(), folder, 0, 0.3);
    EXPECT_EQ(render(request).frames, 9);
}

TEST_F(Render, what_is_wrong_leaves_no_file)
{
    auto const refuse = [&](auto change) {
        auto request = request_for(files.plain(2), folder);
        change(request.plan);
        auto const error = test::error_of([&] { render(request); });
        EXPECT_FALSE(std::filesystem::exists(request.output)) << error.what();
        EXPECT_FALSE(std::filesystem::exists(request.thumbnails.front())) << error.what();
        return error;
    };
    EXPECT_EQ(refuse([&](auto& p) { p.source = files.audio_only().string(); }).code, base::ErrorCode::InvalidInput);
    EXPECT_EQ(refuse([&](auto& p) { p.source = files.text("t.mp4", "no film").string(); }).code,
              base::ErrorCode::InvalidInput);
    EXPECT_EQ(refuse([&](auto& p) { p.cuts = {{50, 60, ""}}; }).code, base::ErrorCode::InvalidInput);
    EXPECT_EQ(refuse([&](auto& p) { p.filters = {{"nope", {}}}; }).code, base::ErrorCode::InvalidInput);
    EXPECT_EQ(refuse([&](auto& p) { p.encoder.preset = "warp"; }).code, base::ErrorCode::InvalidInput);
    EXPECT_EQ(refuse([&](auto& p) { p.encoder.name = "h266"; }).code, base::ErrorCode::InvalidInput);
}

TEST_F(Render, a_hardware_encoder_that_is_not_there_falls_back_and_says_why)
{
    auto request = request_for(files.plain(2), folder);
    request.plan.encoder.name = "nvenc";
    auto const result = render(request);
    if (result.encoder == "nvenc") GTEST_SKIP() << "this machine has NVENC";
    EXPECT_EQ(result.encoder, "x264");
    ASSERT_TRUE(result.encoder_fallback);
    EXPECT_NE(result.encoder_fallback->find("nvenc"), std::string::npos);
}

TEST_F(Render, stops_when_asked)
{
    auto request = request_for(files.plain(4), folder, 0, 4);
    std::stop_source stop;
    auto const error = test::error_of([&] {
        media::render(
            request,
            [&](plan::Progress const& step) {
                if (step.stage == "render") stop.request_stop();
            },
            stop.get_token());
    });
    EXPECT_EQ(error.code, base::ErrorCode::Cancelled);
    EXPECT_FALSE(std::filesystem::exists(request.output));
}

TEST_F(Render, bars_stand_around_what_does_not_fit)
{
    auto request = request_for(files.plain(1), folder);
    request.plan.framing.mode = plan::FramingMode::Fit;
    render(request);
    base::Command const command{.arguments = {"ffmpeg", "-nostdin", "-v", "info", "-i", request.output, "-vf",
                                              "cropdetect=limit=30:round=2", "-f", "null", "-"}};
    EXPECT_NE(base::run(command).errors.find("crop=180:136:0:92"), std::string::npos);
}
