#include "media/audio/master.h"

#include "base/error.h"
#include "media/audio/limiter.h"
#include "media/audio/meter.h"
#include "media/audio/sound.h"
#include "media/output/clip_writer.h"

#include <algorithm>
#include <cmath>

namespace media {

static constexpr double gain_db_max = 36; // more would only bring up noise
static constexpr double loudness_tolerance = 0.2;
static constexpr int gain_rounds_max = 6;
static constexpr int peak_rounds_max = 4;
static constexpr double aac_margin_db = 0.8; // AAC overshoots by about this much
static constexpr std::int64_t bit_rate = 192'000;
static constexpr std::int64_t aac_delay = 1024; // priming samples of libav's AAC encoder

static float amplitude(double decibel) { return static_cast<float>(std::pow(10, decibel / 20)); }

/// Runs the mix through gain and limiter.
static void level(PcmFile& mix, double gain_db, double ceiling_db, std::stop_token const& stop,
                  std::function<void(std::span<float const>)> const& sink)
{
    Limiter limiter(amplitude(ceiling_db));
    std::vector<float> out;
    mix.for_each([&](std::span<float const> piece) {
        if (stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "the render was cancelled");
        out.clear();
        limiter.process(piece, amplitude(gain_db), out);
        sink(out);
    });
    out.clear();
    limiter.flush(out);
    sink(out);
}

/// The gain that brings the mix to the target once the limiter has taken its part.
static double find_gain(PcmFile& mix, double target, double ceiling_db, std::stop_token const& stop)
{
    Meter before(false);
    mix.for_each([&](std::span<float const> piece) { before.add(piece); });
    if (before.integrated_lufs() <= -70) return 0; // silence stays silence
    auto gain = std::min(target - before.integrated_lufs(), gain_db_max);
    for (int round = 0; round < gain_rounds_max; ++round) {
        Meter after(false);
        level(mix, gain, ceiling_db, stop, [&](std::span<float const> piece) { after.add(piece); });
        auto const missing = target - after.integrated_lufs();
        if (std::abs(missing) < loudness_tolerance || gain + missing > gain_db_max) break;
        gain += missing;
    }
    return gain;
}

namespace {

/// AAC-LC in an MP4 file without an edit list: the clip's first 1024 samples (21 ms) give way to the encoder's priming,
/// so that sound and picture are in step also for players that know nothing of edit lists.
class AacFile {
public:
    explicit AacFile(std::filesystem::path const& path) : path_(path), output_(open_mp4(path))
    {
        auto const* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
        if (!codec) base::fail(base::ErrorCode::Unavailable, "this libav has no AAC encoder");
        context_ = make_codec_context(codec);
        context_->sample_rate = sample_rate;
        context_->sample_fmt = AV_SAMPLE_FMT_FLTP;
        context_->bit_rate = bit_rate;
        context_->time_base = {1, sample_rate};
        context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
        av_channel_layout_default(&context_->ch_layout, channels);
        check(avcodec_open2(context_.get(), codec, nullptr), "open the encoder", "aac");
        stream_ = avformat_new_stream(output_.get(), nullptr);
        if (!stream_) throw std::bad_alloc();
        stream_->time_base = context_->time_base;
        check(avcodec_parameters_from_context(stream_->codecpar, context_.get()), "write", path.string());
        stream_->codecpar->initial_padding = 0; // see above: nothing for a player to skip
        auto* options = mp4_options().release();
        auto const written = avformat_write_header(output_.get(), &options);
        std::unique_ptr<AVDictionary, AvDeleter> const unused(options);
        check(written, "write", path.string());
    }

    void write(std::span<float const> samples)
    {
        for (std::size_t i = 0; i + 1 < samples.size(); i += 2) {
            if (skipped_ < aac_delay) {
                ++skipped_;
                continue;
            }
            pending_.push_back(samples[i]);
            pending_.push_back(samples[i + 1]);
            if (pending_.size() == static_cast<std::size_t>(context_->frame_size) * channels) encode_pending();
        }
    }

    void finish()
    {
        if (!pending_.empty()) {
            pending_.resize(static_cast<std::size_t>(context_->frame_size) * channels, 0.0F);
            encode_pending();
        }
        check(avcodec_send_frame(context_.get(), nullptr), "encode", path_.string());
        drain();
        check(av_write_trailer(output_.get()), "write", path_.string());
        check(avio_closep(&output_->pb), "write", path_.string());
    }

private:
    void encode_pending()
    {
        auto frame = make_frame();
        frame->nb_samples = context_->frame_size;
        frame->format = AV_SAMPLE_FMT_FLTP;
        frame->sample_rate = sample_rate;
        check(av_channel_layout_copy(&frame->ch_layout, &context_->ch_layout), "encode", path_.string());
        check(av_frame_get_buffer(frame.get(), 0), "encode", path_.string());
        for (std::size_t channel = 0; channel < channels; ++channel) {
            auto* out = reinterpret_cast<float*>(frame->extended_data[channel]);
            for (std::size_t i = channel; i < pending_.size(); i += channels) *out++ = pending_[i];
        }
        pending_.clear();
        frame->pts = next_;
        next_ += frame->nb_samples;
        check(avcodec_send_frame(context_.get(), frame.get()), "encode", path_.string());
        drain();
    }

    void drain()
    {
        for (;;) {
            auto const received = avcodec_receive_packet(context_.get(), packet_.get());
            if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return;
            check(received, "encode", path_.string());
            packet_->pts += aac_delay; // the encoder tells the priming as negative time
            packet_->dts = packet_->pts;
            drop_side_data();
            packet_->stream_index = 0;
            check(av_write_frame(output_.get(), packet_.get()), "write", path_.string());
        }
    }
    /// The last packet says how many samples to drop, the first how many to skip: both would become edit lists.
    void drop_side_data() { av_packet_free_side_data(packet_.get()); }

    std::filesystem::path path_;
    OutputContext output_;
    CodecContext context_;
    AVStream* stream_ = nullptr;
    Packet packet_ = make_packet();
    std::vector<float> pending_;
    std::int64_t next_ = 0;
    std::int64_t skipped_ = 0;
};

} // namespace

static Mastered measure(std::filesystem::path const& path, std::stop_token const& stop)
{
    SoundReader sound(path, stop);
    Meter meter(true);
    std::vector<float> buffer(4800UL * channels);
    sound.seek(0);
    while (auto const count = sound.read(buffer)) meter.add(std::span<float const>(buffer).first(count));
    Decoder const info(path, {.want_video = false});
    return {meter.integrated_lufs(), meter.true_peak_dbtp(), meter.silent_seconds(), info.info().duration_seconds};
}

Mastered master(PcmFile& mix, plan::AudioPlan const& plan, std::filesystem::path const& target,
                std::stop_token const& stop)
{
    auto margin = aac_margin_db;
    for (int round = 1;; ++round) {
        auto const ceiling = plan.true_peak_dbtp - margin;
        auto const gain = find_gain(mix, plan.loudness_lufs, ceiling, stop);
        AacFile file(target);
        level(mix, gain, ceiling, stop, [&](std::span<float const> piece) { file.write(piece); });
        file.finish();
        auto const result = measure(target, stop);
        auto const over = result.true_peak_dbtp - plan.true_peak_dbtp;
        if (over <= 0 || round == peak_rounds_max) return result;
        margin += over + 0.3;
    }
}

} // namespace media
