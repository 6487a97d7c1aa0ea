#include "media/audio/mix.h"

#include "base/error.h"
#include "media/audio/sound.h"
#include "media/audio/stretch.h"
#include "media/picture/frame_source.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <optional>

namespace media {

static constexpr std::size_t piece_frames = 16384;
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

namespace {

/// Puts the finished pieces of the cuts one behind the other, with music and voice.
class Mixer {
public:
    Mixer(plan::EditPlan const& plan, PcmFile& out, std::stop_token const& stop)
        : plan_(plan), timeline_(plan.cuts), out_(out), stop_(stop), source_(plan.source, stop)
    {
        if (plan.audio.music) music_.emplace(*plan.audio.music, plan.audio.music_gain_db, stop);
        if (plan.audio.voice) voice_.emplace(*plan.audio.voice, stop);
    }

    void run()
    {
        // As long as the pictures, to the sample.
        auto const rate = static_cast<double>(plan_.canvas.rate_numerator) / plan_.canvas.rate_denominator;
        auto const total = std::llround(static_cast<double>(frame_count(plan_)) / rate * sample_rate);
        for (std::size_t i = 0; i < plan_.cuts.size(); ++i) {
            auto const end =
                i + 1 == plan_.cuts.size()
                    ? total
                    : std::min<std::int64_t>(total, std::llround(timeline_.cut_start(i + 1) * sample_rate));
            auto const length = end - written_;
            auto const& cut = plan_.cuts[i];
            if (cut.speed == 1 && cut.speed_to.value_or(1) == 1)
                add_straight(cut, length);
            else
                add_stretched(i, length);
        }
    }

private:
    void add_straight(plan::Cut const& cut, std::int64_t length)
    {
        source_.seek(cut.start);
        for (std::int64_t at = 0; at < length;) {
            auto const frames = std::min<std::int64_t>(static_cast<std::int64_t>(piece_frames), length - at);
            buffer_.resize(static_cast<std::size_t>(frames) * channels);
            source_.read(buffer_);
            add(buffer_, at, length);
            at += frames;
        }
    }
    void add_stretched(std::size_t cut, std::int64_t length)
    {
        std::int64_t at = 0;
        stretch(source_, timeline_, cut, plan_.cuts[cut], length, stop_, [&](std::span<float> piece) {
            add(piece, at, length);
            at += static_cast<std::int64_t>(piece.size()) / channels;
        });
    }
    void add(std::span<float> piece, std::int64_t at, std::int64_t length)
    {
        if (stop_.stop_requested()) base::fail(base::ErrorCode::Cancelled, "the render was cancelled");
        fade_joins(piece, at, length);
        if (music_) music_->add(piece);
        if (voice_) voice_->add(piece);
        out_.append(piece);
        written_ += static_cast<std::int64_t>(piece.size()) / channels;
    }

    plan::EditPlan const& plan_;
    plan::Timeline timeline_;
    PcmFile& out_;
    std::stop_token const& stop_;
    SoundReader source_;
    std::optional<Loop> music_;
    std::optional<Voice> voice_;
    std::vector<float> buffer_;
    std::int64_t written_ = 0;
};

} // namespace

void mix(plan::EditPlan const& plan, PcmFile& out, std::stop_token const& stop) { Mixer(plan, out, stop).run(); }

} // namespace media
