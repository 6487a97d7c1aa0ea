#include "media/probe.h"

#include "media/decoder.h"
#include "media_files.h"

#include <random>
#include <sys/stat.h>

using base::ErrorCode;

namespace {

struct ProbeTest : testing::Test {
    plan::VideoStream video_of(test::Path const& path) const { return media::probe(path).video.value(); }
    ErrorCode code_of(test::Path const& path) const
    {
        return test::error_of([&] { media::probe(path); }).code;
    }
    std::string text_of(test::Path const& path) const
    {
        return test::error_of([&] { media::probe(path); }).what();
    }
    base::TemporaryFolder folder;
    test::MediaFiles files{folder.path()};
};

} // namespace

TEST_F(ProbeTest, tells_streams_size_rate_and_duration)
{
    auto const info = media::probe(files.plain(4));
    ASSERT_TRUE(info.video && info.audio);
    EXPECT_EQ(info.video->codec, "h264");
    EXPECT_EQ(info.video->width, 320);
    EXPECT_EQ(info.video->height, 240);
    EXPECT_NEAR(info.video->frames_per_second, 25, 0.01);
    EXPECT_FALSE(info.video->variable_frame_rate);
    EXPECT_EQ(info.video->bit_depth, 8);
    EXPECT_FALSE(info.video->hdr || info.video->interlaced);
    EXPECT_NEAR(info.duration_seconds, 4, 0.05);
    EXPECT_EQ(info.audio->codec, "aac");
    EXPECT_EQ(info.audio->sample_rate, 44100);
}

TEST_F(ProbeTest, rotation_and_pixel_aspect_are_in_the_displayed_size)
{
    auto const turned = video_of(files.rotated());
    EXPECT_EQ(turned.rotation_degrees % 180, 90);
    EXPECT_EQ(turned.width, 240);
    EXPECT_EQ(turned.height, 320);
    EXPECT_EQ(turned.coded_width, 320);
    EXPECT_EQ(video_of(files.wide_pixels()).width, 524); // 360 * 16 / 11
}

TEST_F(ProbeTest, unusual_pictures_are_told_apart)
{
    EXPECT_TRUE(video_of(files.variable_rate()).variable_frame_rate);
    EXPECT_TRUE(video_of(files.variable_rate("variable.mkv")).variable_frame_rate);
    EXPECT_FALSE(video_of(files.make("constant.mkv", 2, "320x240", {"-r", "30000/1001", "-fps_mode", "cfr"}))
                     .variable_frame_rate);
    EXPECT_EQ(video_of(files.ten_bit()).bit_depth, 10);
    EXPECT_TRUE(video_of(files.hdr()).hdr);
    EXPECT_TRUE(video_of(files.interlaced()).interlaced);
    EXPECT_EQ(video_of(files.odd_sized()).width, 321);
}

TEST_F(ProbeTest, one_kind_of_stream_is_enough)
{
    EXPECT_FALSE(media::probe(files.audio_only()).video);
    EXPECT_NEAR(media::probe(files.audio_only()).duration_seconds, 3, 0.1);
    EXPECT_FALSE(media::probe(files.video_only()).audio);
}

TEST_F(ProbeTest, a_duration_that_no_header_tells_is_read_from_the_packets)
{
    auto const raw = test::ffmpeg({"-i", files.audio_only(3).string(), "-c", "copy"}, folder.path() / "raw.aac");
    EXPECT_NEAR(media::probe(raw).duration_seconds, 3, 0.1);
    auto const live = test::ffmpeg({"-i", files.plain(3).string(), "-c", "copy", "-f", "matroska", "-live", "1"},
                                   folder.path() / "live.mkv");
    EXPECT_NEAR(media::probe(live).duration_seconds, 3, 0.1);
}

TEST_F(ProbeTest, the_end_of_a_file_that_was_cut_off_is_where_its_data_ends)
{
    auto const whole = files.make("front.mp4", 10, "320x240", {"-c:v", "libx264", "-movflags", "+faststart"});
    auto const half = media::probe(files.truncated(whole, 0.5)).duration_seconds;
    EXPECT_GT(half, 3);
    EXPECT_LT(half, 7);
}

TEST_F(ProbeTest, what_is_no_readable_media_file_is_one_clear_error)
{
    EXPECT_EQ(code_of(folder.path() / "missing.mp4"), ErrorCode::NotFound);
    EXPECT_EQ(code_of(folder.path()), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of(files.text("empty.mp4", "")), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of(files.text("note.mp4", "only some words\n")), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of(files.text("a.zip", "PK\x03\x04rest of an archive")), ErrorCode::InvalidInput);
    std::mt19937 random(1);
    std::string noise;
    for (int i = 0; i < 100'000; ++i) noise += static_cast<char>(random());
    EXPECT_EQ(code_of(files.text("noise.mp4", noise)), ErrorCode::InvalidInput);
    auto const picture =
        test::ffmpeg({"-f", "lavfi", "-i", "testsrc2=duration=1", "-frames:v", "1"}, folder.path() / "a.png");
    EXPECT_EQ(code_of(picture), ErrorCode::InvalidInput);
    auto const no_index = files.truncated(files.plain(2), 0.5, "no_index.mp4");
    EXPECT_NE(text_of(no_index).find("moov atom not found"), std::string::npos) << text_of(no_index);
}

TEST_F(ProbeTest, a_fifo_does_not_hang_and_a_link_is_followed)
{
    ASSERT_EQ(::mkfifo((folder.path() / "fifo.mp4").c_str(), 0600), 0);
    EXPECT_EQ(code_of(folder.path() / "fifo.mp4"), ErrorCode::InvalidInput);
    std::filesystem::create_symlink(files.plain(1), folder.path() / "link.mp4");
    EXPECT_TRUE(media::probe(folder.path() / "link.mp4").video);
}

TEST_F(ProbeTest, a_file_that_names_other_files_is_refused)
{
    auto const clip = files.plain(1).string();
    EXPECT_EQ(code_of(files.text("list.mp4", "ffconcat version 1.0\nfile '" + clip + "'\n")), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of(files.text("play.m3u8",
                                 "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + clip + "\n#EXT-X-ENDLIST\n")),
              ErrorCode::InvalidInput);
}

TEST_F(ProbeTest, a_picture_above_8k_is_refused_with_the_limit)
{
    auto const huge =
        test::ffmpeg({"-f", "lavfi", "-i", "color=size=9000x5000:rate=1:duration=1", "-c:v", "mjpeg", "-q:v", "31"},
                     folder.path() / "huge.avi");
    EXPECT_NE(text_of(huge).find("9000x5000"), std::string::npos) << text_of(huge);
    media::Decoder decoder(files.eight_k(2), {.want_audio = false});
    media::Item item;
    int pictures = 0;
    while (decoder.next(item)) pictures += item.frame->width == 7680;
    EXPECT_EQ(pictures, 2);
}
