#include "media/audio/limiter.h"
#include "media/audio/master.h"
#include "media/audio/meter.h"
#include "media/audio/sound.h"
#include "media_files.h"

#include <cmath>
#include <numbers>

using media::channels;
using media::sample_rate;

static std::vector<float> tone(double seconds, double amplitude, double frequency = 440)
{
    std::vector<float> out;
    for (int i = 0; i < static_cast<int>(seconds * sample_rate); ++i) {
        auto const value = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * frequency * i / sample_rate));
        out.push_back(value);
        out.push_back(value);
    }
    return out;
}

TEST(Limiter, never_lets_a_peak_through_and_leaves_quiet_sound_alone)
{
    media::Limiter limiter(0.5F);
    auto const input = [] {
        auto quiet = tone(0.5, 0.2);
        auto const loud = tone(0.5, 1.8, 1000);
        quiet.insert(quiet.end(), loud.begin(), loud.end());
        return quiet;
    }();
    std::vector<float> output;
    limiter.process(input, 1, output);
    limiter.flush(output);
    ASSERT_EQ(output.size(), input.size());
    for (std::size_t i = 0; i < output.size(); ++i) {
        ASSERT_LE(std::abs(output[i]), 0.5001F) << i;
        if (i < 40'000) {
            ASSERT_NEAR(output[i], input[i], 1e-4) << i; // in step with the input, not late
        }
    }
}

TEST(Meter, knows_the_loudness_of_a_tone_and_of_silence)
{
    media::Meter meter(true);
    meter.add(tone(3, 1.0, 997)); // EBU Tech 3341: 0 dBFS at 997 Hz in both channels is 0 LUFS
    EXPECT_NEAR(meter.integrated_lufs(), 0.0, 0.1);
    EXPECT_NEAR(meter.true_peak_dbtp(), 0.0, 0.1);
    media::Meter silent(true);
    silent.add(std::vector<float>(static_cast<std::size_t>(2 * sample_rate * channels)));
    EXPECT_EQ(silent.integrated_lufs(), -70);
    EXPECT_NEAR(silent.silent_seconds(), 2.0, 0.001);
}

class Mastering : public testing::Test {
protected:
    base::TemporaryFolder folder;
    media::Mastered master(std::vector<float> const& samples)
    {
        media::PcmFile mix(folder.path() / "mix");
        mix.append(samples);
        return media::master(mix, {}, folder.path() / "out.m4a", {});
    }
};

TEST_F(Mastering, brings_quiet_and_loud_sound_to_the_target_below_the_peak)
{
    for (auto const amplitude : {0.01, 0.2, 1.0}) {
        auto const result = master(tone(5, amplitude));
        EXPECT_NEAR(result.loudness_lufs, -14, 0.5) << amplitude;
        EXPECT_LE(result.true_peak_dbtp, -1.0) << amplitude;
    }
}

TEST_F(Mastering, tames_sharp_peaks_without_losing_the_target)
{
    auto samples = tone(8, 0.05);
    for (std::size_t i = 0; i < samples.size(); i += 24'000) samples[i] = samples[i + 1] = 1.0F;
    auto const result = master(samples);
    EXPECT_NEAR(result.loudness_lufs, -14, 1.0);
    EXPECT_LE(result.true_peak_dbtp, -1.0);
}

TEST_F(Mastering, leaves_silence_silent)
{
    auto const result = master(std::vector<float>(static_cast<std::size_t>(3 * sample_rate * channels)));
    EXPECT_EQ(result.loudness_lufs, -70);
    EXPECT_NEAR(result.silent_seconds, 3.0, 0.1);
}

TEST(Sound, starts_at_the_moment_sought_and_is_as_long_as_asked)
{
    base::TemporaryFolder folder;
    // Silence for a second, then a tone.
    auto const file = test::ffmpeg({"-f", "lavfi", "-i", "sine=frequency=440:duration=2", "-af", "adelay=1000:all=1"},
                                   folder.path() / "late.m4a");
    media::SoundReader sound(file, {});
    auto const level = [&](double at) {
        sound.seek(at);
        std::vector<float> buffer(4800 * channels);
        sound.read(buffer);
        float largest = 0;
        for (auto const value : buffer) largest = std::max(largest, std::abs(value));
        return largest;
    };
    EXPECT_LT(level(0.5), 0.01F);
    EXPECT_LT(level(0.88), 0.02F);
    EXPECT_GT(level(1.02), 0.05F);
    EXPECT_LT(level(10), 0.0001F);
}
