#include "media/audio/mix.h"

#include "base/error.h"
#include "media/audio/sound.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <optional>

namespace media {

static constexpr std::size_t piece_frames = 4800;
static constexpr std::int64_t join_fade_frames = 240; // 5 ms: no click where two cuts meet
static constexpr float duck_gain = 0.25F;             // -12 dB under a voice
static constexpr float voice_level = 0.01F;           // -40 dBFS counts as speaking
static constexpr float duck_attack = 1.0F / (0.05F * sample_rate);
static constexpr float duck_release = 1.0F / (0.5F * sample_rate);

PcmFile::PcmFile(std::filesystem::path const& path) : path_(path), file_(std::fopen(path.c_str(), "w+be"))
{
    if (!file_) base::fail_errno(errno, "write", path.string());
    std::filesystem::remove(path); // gone from the folder, whatever happens to us
}

void PcmFile::append(std::span<float const> samples)
{
    if (std::fwrite(samples.data(), sizeof(float), samples.size(), file_.get()) != samples.size())
        base::fail_errno(errno, "write", path_.string());
    frames_ += static_cast<std::int64_t>(samples.size()) / channels;
}

void PcmFile::for_each(std::function<void(std::span<float const>)> const& piece)
{
    if (std::fflush(file_.get()) != 0) base::fail_errno(errno, "write", path_.string());
    std::rewind(file_.get());
    std::vector<float> buffer(piece_frames * channels);
    for (;;) {
        auto const count = std::fread(buffer.data(), sizeof(float), buffer.size(), file_.get());
        if (count == 0) break;
        piece({buffer.data(), count});
    }
    if (std::ferror(file_.get())) base::fail_errno(EIO, "read", path_.string());
    std::fseek(file_.get(), 0, SEEK_END);
}

namespace {

/// Music that starts again at its end.
class Loop {
public:
    Loop(std::string const& path, double gain_db, std::stop_token stop)
        : sound_(path, std::move(stop)), gain_(static_cast<float>(std::pow(10, gain_db / 20)))
    {
        if (!sound_.has_sound()) base::fail(base::ErrorCode::InvalidInput, "music: {} has no sound", path);
    }
    void add(std::span<float> out)
    {
        buffer_.resize(out.size());
        if (sound_.read(buffer_) == 0) {
            sound_.seek(0);
            sound_.read(buffer_);
        }
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += buffer_[i] * gain_;
    }

private:
    SoundReader sound_;
    float gain_;
    std::vector<float> buffer_;
};

/// Narration; what is already in the mix makes room while it speaks.
class Voice {
public:
    Voice(std::string const& path, std::stop_token stop) : sound_(path, std::move(stop))
    {
        if (!sound_.has_sound()) base::fail(base::ErrorCode::InvalidInput, "voice: {} has no sound", path);
    }
    void add(std::span<float> out)
    {
        buffer_.resize(out.size());
        sound_.read(buffer_);
        for (std::size_t i = 0; i + 1 < out.size(); i += 2) {
            auto const level = std::max(std::abs(buffer_[i]), std::abs(buffer_[i + 1]));
            hold_ = level > voice_level ? sample_rate / 4 : std::max(0, hold_ - 1);
            gain_ = hold_ > 0 ? std::max(duck_gain, gain_ - duck_attack) : std::min(1.0F, gain_ + duck_release);
            out[i] = out[i] * gain_ + buffer_[i];
            out[i + 1] = out[i + 1] * gain_ + buffer_[i + 1];
        }
    }

private:
    SoundReader sound_;
    std::vector<float> buffer_;
    float gain_ = 1;
    int hold_ = 0;
};

} // namespace

/// Fades the piece that begins `at` frames into a cut of `length` frames, at both ends.
static void fade_joins(std::span<float> piece, std::int64_t at, std::int64_t length)
{
    for (std::size_t i = 0; i + 1 < piece.size(); i += 2) {
        auto const frame = at + static_cast<std::int64_t>(i / 2);
        auto const edge = std::min(frame, length - 1 - frame);
        if (edge >= join_fade_frames) continue;
        auto const gain = static_cast<float>(edge) / static_cast<float>(join_fade_frames);
        piece[i] *= gain;
        piece[i + 1] *= gain;
    }
}

void mix(plan::EditPlan const& plan, PcmFile& out, std::stop_token const& stop)
{
    SoundReader source(plan.source, stop);
    std::optional<Loop> music;
    std::optional<Voice> voice;
    if (plan.audio.music) music.emplace(*plan.audio.music, plan.audio.music_gain_db, stop);
    if (plan.audio.voice) voice.emplace(*plan.audio.voice, stop);
    std::vector<float> buffer;
    double planned = 0;
    std::int64_t written = 0;
    for (auto const& cut : plan.cuts) {
        planned += cut.length();
        auto const length = std::llround(planned * sample_rate) - written;
        source.seek(cut.start);
        for (std::int64_t at = 0; at < length;) {
            if (stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "the render was cancelled");
            auto const frames = std::min<std::int64_t>(static_cast<std::int64_t>(piece_frames), length - at);
            buffer.resize(static_cast<std::size_t>(frames) * channels);
            source.read(buffer);
            fade_joins(buffer, at, length);
            if (music) music->add(buffer);
            if (voice) voice->add(buffer);
            out.append(buffer);
            at += frames;
        }
        written += length;
    }
}

} // namespace media
