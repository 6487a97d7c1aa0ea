#include "media/decoder.h"

#include "media_files.h"

#include <map>

namespace {

struct DecoderTest : testing::Test {
    base::TemporaryFolder folder;
    test::MediaFiles files{folder.path()};
};

/// A few samples of the picture: enough to tell one test picture from the next.
std::string look_of(AVFrame const& frame)
{
    std::string look;
    for (int y = 0; y < frame.height; y += 7)
        for (int x = 0; x < frame.width; x += 7) look += static_cast<char>(frame.data[0][y * frame.linesize[0] + x]);
    return look;
}

struct Shown {
    double seconds;
    std::string look;
};

std::vector<Shown> all_pictures(std::filesystem::path const& path)
{
    media::Decoder decoder(path, {.want_audio = false});
    std::vector<Shown> pictures;
    media::Item item;
    while (decoder.next(item)) pictures.push_back({item.seconds, look_of(*item.frame)});
    return pictures;
}

/// Seeks to the middle of every `step`-th picture and compares with what decoding from the start gives.
int wrong_seeks(std::filesystem::path const& path, std::size_t step)
{
    auto const pictures = all_pictures(path);
    EXPECT_GT(pictures.size(), 2U);
    media::Decoder decoder(path);
    media::Item item;
    int wrong = 0;
    for (std::size_t i = 0; i + 1 < pictures.size(); i += step) {
        auto const& picture = pictures[pictures.size() - 2 - i]; // backwards, so that nothing lies ready
        decoder.seek((picture.seconds + pictures[pictures.size() - 1 - i].seconds) / 2);
        bool found = false;
        while (!found && decoder.next(item)) found = item.kind == media::Kind::Video;
        wrong += !found || std::abs(item.seconds - picture.seconds) > 0.001 || look_of(*item.frame) != picture.look;
    }
    return wrong;
}

} // namespace

TEST_F(DecoderTest, pictures_and_sound_come_in_time_from_zero)
{
    media::Decoder decoder(files.plain(4));
    media::Item item;
    std::map<media::Kind, std::vector<double>> seconds;
    double sound_end = 0;
    while (decoder.next(item)) {
        seconds[item.kind].push_back(item.seconds);
        if (item.kind == media::Kind::Audio) sound_end = item.end();
    }
    auto const& pictures = seconds[media::Kind::Video];
    ASSERT_EQ(pictures.size(), 100U);
    for (std::size_t i = 0; i < pictures.size(); ++i) EXPECT_NEAR(pictures[i], 0.04 * double(i), 1e-6);
    EXPECT_NEAR(seconds[media::Kind::Audio].front(), 0, 1e-6);
    EXPECT_NEAR(sound_end, 4, 0.03);
    EXPECT_EQ(decoder.damaged(), 0);
}

TEST_F(DecoderTest, seeking_is_exact_to_the_picture)
{
    EXPECT_EQ(wrong_seeks(files.plain(3, "160x120"), 1), 0);
    EXPECT_EQ(wrong_seeks(files.variable_rate(), 3), 0);
}

TEST_F(DecoderTest, seeking_is_exact_in_every_container)
{
    std::vector<std::string> const h264{"-c:v", "libx264", "-g", "25", "-bf", "2", "-pix_fmt", "yuv420p"};
    std::vector<std::string> const vp9{"-c:v", "libvpx", "-g", "25", "-c:a", "libopus"};
    for (auto const* name : {"a.mkv", "a.ts", "a.avi", "a.flv", "a.mov"})
        EXPECT_EQ(wrong_seeks(files.make(name, 3, "160x120", h264), 9), 0) << name;
    EXPECT_EQ(wrong_seeks(files.make("a.webm", 3, "160x120", vp9), 9), 0);
    EXPECT_EQ(wrong_seeks(files.interlaced(), 5), 0);
    // Pictures that lean on the group before their key frame.
    EXPECT_EQ(wrong_seeks(files.make("open.mp4", 4, "320x240",
                                     {"-c:v", "libx264", "-x264-params", "open-gop=1:keyint=25", "-bf", "3"}),
                          3),
              0);
}

TEST_F(DecoderTest, seeking_is_exact_in_a_film_where_naive_seeking_gives_broken_pictures)
{
    EXPECT_EQ(wrong_seeks(test::sample("tests/cockatoo.mp4"), 20), 0);
    EXPECT_EQ(wrong_seeks(test::sample("tests/newtonscradle.gif"), 7), 0);
}

TEST_F(DecoderTest, seeking_past_the_end_gives_nothing_and_back_again_works)
{
    media::Decoder decoder(files.plain(2));
    media::Item item;
    decoder.seek(50);
    EXPECT_FALSE(decoder.next(item));
    decoder.seek(0);
    ASSERT_TRUE(decoder.next(item));
    EXPECT_NEAR(item.seconds, 0, 1e-6);
}

TEST_F(DecoderTest, sound_after_a_seek_reaches_back_to_the_moment_sought)
{
    for (auto const* name : {"a.mp4", "a.ts", "a.mkv"}) {
        media::Decoder decoder(files.make(name, 4, "320x240", {"-c:v", "libx264", "-g", "50"}));
        media::Item item;
        decoder.seek(2.5);
        while (decoder.next(item) && item.kind != media::Kind::Audio) {}
        EXPECT_LE(item.seconds, 2.5) << name;
        EXPECT_GT(item.end(), 2.5) << name;
    }
}

TEST_F(DecoderTest, late_starts_count_from_the_first_picture_or_sound)
{
    auto const late = test::ffmpeg({"-itsoffset", "0.5", "-i", files.plain(2).string(), "-i", files.plain(2).string(),
                                    "-map", "0:v", "-map", "1:a", "-c", "copy", "-output_ts_offset", "10"},
                                   folder.path() / "late.mkv");
    media::Decoder decoder(late);
    media::Item item;
    std::map<media::Kind, double> first;
    while (decoder.next(item)) first.try_emplace(item.kind, item.seconds);
    EXPECT_NEAR(first[media::Kind::Audio], 0, 0.03);
    EXPECT_NEAR(first[media::Kind::Video], 0.5, 0.03);
    EXPECT_NEAR(decoder.info().duration_seconds, 2.5, 0.1);
}

TEST_F(DecoderTest, joined_transport_streams_keep_one_running_clock)
{
    auto const part = files.make("part.ts", 2, "320x240", {"-c:v", "libx264"});
    auto const late = files.make("late.ts", 2, "320x240", {"-c:v", "libx264", "-output_ts_offset", "1000"});
    auto const joined = files.text("joined.ts", base::read_file(part, 1 << 24) + base::read_file(late, 1 << 24));
    media::Decoder decoder(joined);
    media::Item item;
    std::map<media::Kind, double> last;
    std::map<media::Kind, double> widest;
    while (decoder.next(item)) {
        if (last.contains(item.kind)) widest[item.kind] = std::max(widest[item.kind], item.seconds - last[item.kind]);
        last[item.kind] = item.seconds;
    }
    EXPECT_NEAR(last[media::Kind::Video], 4, 0.2);
    EXPECT_LT(widest[media::Kind::Video], 0.2);
    EXPECT_LT(widest[media::Kind::Audio], 0.2);
}

TEST_F(DecoderTest, a_few_damaged_packets_are_counted_and_the_rest_is_shown)
{
    media::Decoder decoder(
        files.damaged(files.make("whole.avi", 4, "320x240", {"-c:v", "mjpeg", "-c:a", "mp3"}), 20'000));
    media::Item item;
    int pictures = 0;
    while (decoder.next(item)) pictures += item.kind == media::Kind::Video;
    EXPECT_GT(pictures, 50);
}

TEST_F(DecoderTest, a_file_that_is_damaged_through_and_through_is_one_clear_error)
{
    auto const broken = files.damaged(files.make("whole.mp4", 20, "320x240", {"-c:v", "libx264", "-an"}), 3);
    media::Decoder decoder(broken);
    auto const error = test::error_of([&] {
        media::Item item;
        while (decoder.next(item)) {}
        base::fail(base::ErrorCode::Internal, "decoded {} packets, {} damaged", decoder.packets(), decoder.damaged());
    });
    EXPECT_EQ(error.code, base::ErrorCode::InvalidInput) << error.what();
}

TEST_F(DecoderTest, a_stop_ends_it_as_cancelled)
{
    std::stop_source source;
    media::Decoder decoder(files.plain(4), {}, source.get_token());
    media::Item item;
    ASSERT_TRUE(decoder.next(item));
    source.request_stop();
    EXPECT_EQ(test::error_of([&] {
                  while (decoder.next(item)) {}
              }).code,
              base::ErrorCode::Cancelled);
}

TEST_F(DecoderTest, key_frames_alone_come_when_asked)
{
    auto const film = files.make("keys.mp4", 4, "320x240", {"-c:v", "libx264", "-g", "25", "-sc_threshold", "0"});
    media::Decoder decoder(film, {.want_audio = false, .skip_non_key_frames = true});
    media::Item item;
    std::vector<double> seconds;
    while (decoder.next(item)) seconds.push_back(item.seconds);
    ASSERT_EQ(seconds.size(), 4U);
    EXPECT_NEAR(seconds[2], 2, 1e-3);
}
