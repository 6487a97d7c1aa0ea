#include "media/speech/sound_file.h"

#include "media_files.h"

#include <cmath>
#include <cstring>

static double loudness(std::string const& wav, double from, double to)
{
    double sum = 0;
    auto const begin = static_cast<std::size_t>(from * 16'000);
    auto const end = static_cast<std::size_t>(to * 16'000);
    for (auto i = begin; i < end; ++i) {
        std::int16_t sample = 0;
        std::memcpy(&sample, wav.data() + 44 + 2 * i, 2);
        sum += static_cast<double>(sample) * sample;
    }
    return std::sqrt(sum / static_cast<double>(end - begin));
}

TEST(SoundFile, holds_the_span_and_nothing_else)
{
    base::TemporaryFolder const folder;
    auto const input = test::ffmpeg({"-f", "lavfi", "-i", "aevalsrc='if(gt(t,2),0.5*sin(2*PI*440*t),0)':d=4:s=44100"},
                                    folder.path() / "a.m4a");
    auto const output = folder.path() / "part.wav";
    auto const result =
        media::speech::write_sound({input.string(), {1, 3}, output.string(), folder.path().string(), {}}, {});
    auto const wav = base::read_file(output, 1 << 20);
    EXPECT_DOUBLE_EQ(result.seconds, 2);
    EXPECT_EQ(wav.size(), 44U + 2 * 2 * 16'000);
    EXPECT_TRUE(wav.starts_with("RIFF"));
    EXPECT_LT(loudness(wav, 0.1, 0.9), 100);
    EXPECT_GT(loudness(wav, 1.1, 1.9), 8000);
}

TEST(SoundFile, of_a_file_without_sound_is_silence_and_a_wrong_span_is_refused)
{
    base::TemporaryFolder const folder;
    test::MediaFiles files{folder.path()};
    auto const output = (folder.path() / "part.wav").string();
    auto const video = files.video_only().string();
    media::speech::write_sound({video, {0, 1}, output, folder.path().string(), {}}, {});
    EXPECT_EQ(loudness(base::read_file(output, 1 << 20), 0, 1), 0);
    for (auto const& span : {plan::Span{2, 1}, {-1, 1}, {0, 1300}, {0, std::nan("")}})
        EXPECT_EQ(test::error_of([&] {
                      media::speech::write_sound({video, span, output, folder.path().string(), {}}, {});
                  }).code,
                  base::ErrorCode::InvalidInput);
}
