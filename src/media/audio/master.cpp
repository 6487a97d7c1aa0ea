#include "media/audio/master.h"

#include "base/error.h"
#include "base/file.h"
#include "media/audio/aac_file.h"
#include "media/audio/limiter.h"
#include "media/audio/meter.h"
#include "media/pump.h"

#include <algorithm>
#include <cmath>

namespace media {

static constexpr double gain_db_max = 36; // more would only bring up noise
static constexpr double loudness_tolerance = 0.2;
static constexpr double loudness_error_max = 1.0; // of the output contract
static constexpr int gain_rounds_max = 6;
static constexpr int peak_rounds_max = 4;
static constexpr double aac_margin_db = 0.8;     // AAC overshoots by about this much
static constexpr double repair_margin_db = 1.5;  // more than AAC has ever overshot
static constexpr double quick_seconds_min = 600; // longer sound is coded in the quick way
static constexpr std::size_t queue_max = 4;
static constexpr std::size_t packets_max = 32;
static constexpr std::size_t record_bytes_max = 16U << 20U;

using Samples = std::vector<float>;

static float amplitude(double decibel) { return static_cast<float>(std::pow(10, decibel / 20)); }

/// Runs the mix through gain and limiter.
static void level(PcmFile& mix, double gain_db, double ceiling_db, std::stop_token const& stop,
                  std::function<void(Samples)> const& sink)
{
    Limiter limiter(amplitude(ceiling_db));
    mix.for_each([&](std::span<float const> piece) {
        if (stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "the render was cancelled");
        Samples out;
        out.reserve(piece.size());
        limiter.process(piece, amplitude(gain_db), out);
        sink(std::move(out));
    });
    Samples rest;
    limiter.flush(rest);
    sink(std::move(rest));
}

namespace {

struct Gain {
    double decibel = 0;
    bool at_limit = false;
};

/// Decodes what the encoder just made, and measures that.
class Checker {
public:
    explicit Checker(AVCodecContext const& encoder)
    {
        auto const* codec = avcodec_find_decoder(encoder.codec_id);
        if (!codec) base::fail(base::ErrorCode::Unavailable, "this libav has no AAC decoder");
        context_ = make_codec_context(codec);
        std::unique_ptr<AVCodecParameters, decltype([](AVCodecParameters* p) { avcodec_parameters_free(&p); })> const
            parameters(avcodec_parameters_alloc());
        if (!parameters) throw std::bad_alloc();
        check(avcodec_parameters_from_context(parameters.get(), &encoder), "decode", "the clip's sound");
        check(avcodec_parameters_to_context(context_.get(), parameters.get()), "decode", "the clip's sound");
        check(avcodec_open2(context_.get(), codec, nullptr), "decode", "the clip's sound");
    }
    /// A null packet ends it.
    void add(AVPacket const* packet)
    {
        check(avcodec_send_packet(context_.get(), packet), "decode", "the clip's sound");
        while (avcodec_receive_frame(context_.get(), frame_.get()) >= 0) {
            frames_ += frame_->nb_samples;
            meter_.add(converter_.convert(*frame_));
        }
    }
    Mastered result() const
    {
        Mastered result;
        result.loudness_lufs = meter_.integrated_lufs();
        result.true_peak_dbtp = meter_.true_peak_dbtp();
        result.silent = meter_.silent();
        result.silent_seconds = meter_.silent_seconds();
        result.clipped_samples = meter_.clipped_samples();
        result.duration_seconds = static_cast<double>(frames_) / sample_rate;
        return result;
    }

private:
    CodecContext context_;
    Frame frame_ = make_frame();
    SoundConverter<float> converter_{sample_rate, channels};
    Meter meter_{true};
    std::int64_t frames_ = 0;
};

/// The mix and what there is to know of it before it is levelled.
struct Mix {
    PcmFile& samples;
    double lufs = -70;
    double peak = 0;
    double silent_seconds = 0;
};

} // namespace

static Mix measure_mix(PcmFile& samples)
{
    Meter meter(false);
    samples.for_each([&](std::span<float const> piece) { meter.add(piece); });
    return {samples, meter.integrated_lufs(), meter.sample_peak(), meter.silent_seconds()};
}

/// The gain that brings the mix to the target once the limiter has taken its part.
static Gain find_gain(Mix const& mix, double target, double ceiling_db, std::stop_token const& stop)
{
    if (mix.lufs <= -70) return {}; // silence stays silence
    auto gain = std::min(target - mix.lufs, gain_db_max);
    if (mix.peak * amplitude(gain + 1) < amplitude(ceiling_db)) return {gain, gain >= gain_db_max}; // never limited
    for (int round = 0; round < gain_rounds_max; ++round) {
        Meter after(false);
        Pump<Samples> meter(queue_max, [&](Samples const& piece) { after.add(piece); });
        level(mix.samples, gain, ceiling_db, stop, [&](Samples piece) { meter.push(std::move(piece)); });
        meter.finish();
        auto const missing = target - after.integrated_lufs();
        if (std::abs(missing) < loudness_tolerance) break;
        if (gain + missing > gain_db_max) return {gain, true};
        gain += missing;
    }
    return {gain, gain >= gain_db_max};
}

/// Levels, encodes, decodes and measures side by side.
static Mastered encode(Mix const& mix, double gain_db, double ceiling_db, std::filesystem::path const& target,
                       std::stop_token const& stop)
{
    auto const quick = static_cast<double>(mix.samples.frames()) / sample_rate > quick_seconds_min;
    std::optional<Checker> checker;
    Pump<Packet> check_queue(packets_max, [&](Packet const& packet) { checker->add(packet.get()); });
    AacFile file(target, quick, [&](AVPacket const& packet) {
        Packet copy(av_packet_clone(&packet));
        if (!copy) throw std::bad_alloc();
        check_queue.push(std::move(copy));
    });
    checker.emplace(file.context());
    {
        Pump<Samples> encode_queue(queue_max, [&](Samples const& piece) { file.write(piece); });
        level(mix.samples, gain_db, ceiling_db, stop, [&](Samples piece) { encode_queue.push(std::move(piece)); });
        encode_queue.finish();
    }
    file.finish();
    check_queue.finish();
    checker->add(nullptr);
    return checker->result();
}

static Mastered master(Mix const& mix, plan::AudioPlan const& plan, double margin_db,
                       std::filesystem::path const& target, std::stop_token const& stop)
{
    for (int round = 1;; ++round) {
        auto const ceiling = plan.true_peak_dbtp - margin_db;
        auto const gain = find_gain(mix, plan.loudness_lufs, ceiling, stop);
        auto result = encode(mix, gain.decibel, ceiling, target, stop);
        result.at_gain_limit = gain.at_limit;
        result.mixed_lufs = mix.lufs;
        result.mixed_silent_seconds = mix.silent_seconds;
        auto const over = result.true_peak_dbtp - plan.true_peak_dbtp;
        if (over <= 0 || round == peak_rounds_max) return result;
        margin_db += over + 0.3;
    }
}

static bool holds(Mastered const& sound, plan::AudioPlan const& plan)
{
    if (sound.loudness_lufs <= -70) return sound.mixed_lufs <= -70;
    return sound.true_peak_dbtp <= plan.true_peak_dbtp && sound.clipped_samples == 0 &&
           (sound.at_gain_limit || std::abs(sound.loudness_lufs - plan.loudness_lufs) <= loudness_error_max);
}

Mastered master(PcmFile& samples, plan::AudioPlan const& plan, std::filesystem::path const& target,
                std::stop_token const& stop)
{
    auto const mix = measure_mix(samples);
    auto result = master(mix, plan, aac_margin_db, target, stop);
    if (holds(result, plan)) return result;
    result = master(mix, plan, repair_margin_db, target, stop);
    result.repaired = true;
    return result;
}

std::filesystem::path sound_path(std::filesystem::path const& folder) { return folder / "sound.m4a"; }

Mastered make_sound(plan::EditPlan const& plan, std::filesystem::path const& folder, std::stop_token const& stop)
{
    auto const record = folder / "sound.json";
    std::error_code error;
    if (std::filesystem::exists(record, error) && std::filesystem::exists(sound_path(folder), error))
        return base::read_json<Mastered>(base::read_file(record, record_bytes_max), record.string());
    PcmFile mixed(folder / "mix.f32");
    mix(plan, mixed, stop);
    auto const result = master(mixed, plan.audio, sound_path(folder), stop);
    base::sync_file(sound_path(folder));
    base::write_file_atomic(record, base::to_json(result), 0600);
    return result;
}

} // namespace media
