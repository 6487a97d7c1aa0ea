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
    EXPECT_EQ(wrong_seeks(files.plain(4), 1), 0);
    EXPECT_EQ(wrong_seeks(files.variable_rate(), 3), 0);
}
