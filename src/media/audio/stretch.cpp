#include "media/audio/stretch.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <rubberband/RubberBandStretcher.h>

namespace media {

static constexpr std::size_t block_frames = 4096;
static constexpr double key_seconds = 0.1; ///< how often a ramp is pinned to the timeline

using RubberBand::RubberBandStretcher;

namespace {

/// Interleaved samples as the library wants them: one array a channel.
struct Split {
    std::array<std::vector<float>, channels> planes;
    std::array<float const*, channels> pointers{};

    void take(std::span<float const> samples)
    {
        for (std::size_t channel = 0; channel < channels; ++channel) {
            planes[channel].clear();
            for (std::size_t i = channel; i < samples.size(); i += channels) planes[channel].push_back(samples[i]);
            pointers[channel] = planes[channel].data();
        }
    }
};

/// Gives out what is ready, up to the length that the timeline wants.
class Gatherer {
public:
    Gatherer(RubberBandStretcher& stretcher, std::int64_t frames, std::function<void(std::span<float>)> const& sink)
        : stretcher_(stretcher), left_(frames), sink_(sink)
    {
        for (auto& plane : planes_) plane.resize(block_frames);
    }
    void gather()
    {
        for (;;) {
            auto const ready = stretcher_.available();
            if (ready <= 0) return;
            auto const count = std::min<std::size_t>(block_frames, static_cast<std::size_t>(ready));
            float* pointers[channels]{planes_[0].data(), planes_[1].data()};
            auto const got = stretcher_.retrieve(pointers, count);
            give(got);
            if (got == 0) return;
        }
    }
    /// Silence where the library came out short.
    void fill()
    {
        for (auto& plane : planes_) std::ranges::fill(plane, 0.0F);
        while (left_ > 0) give(block_frames);
    }

private:
    void give(std::size_t count)
    {
        count = std::min(count, static_cast<std::size_t>(left_));
        if (count == 0) return;
        out_.resize(count * channels);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t channel = 0; channel < channels; ++channel)
                out_[i * channels + channel] = planes_[channel][i];
        left_ -= static_cast<std::int64_t>(count);
        sink_(out_);
    }
    RubberBandStretcher& stretcher_;
    std::int64_t left_;
    std::function<void(std::span<float>)> const& sink_;
    std::array<std::vector<float>, channels> planes_;
    std::vector<float> out_;
};

} // namespace

/// Which sample of the source belongs to which of the clip, wherever the speed changes.
static std::map<std::size_t, std::size_t> key_frames(plan::Timeline const& timeline, std::size_t cut,
                                                     plan::Cut const& part)
{
    std::map<std::size_t, std::size_t> keys;
    for (auto at = key_seconds; at < part.length(); at += key_seconds) {
        auto const clip = timeline.clip_time(cut, part.start + at) - timeline.cut_start(cut);
        keys[static_cast<std::size_t>(std::llround(at * sample_rate))] =
            static_cast<std::size_t>(std::llround(clip * sample_rate));
    }
    return keys;
}

void stretch(SoundReader& source, plan::Timeline const& timeline, std::size_t cut, plan::Cut const& part,
             std::int64_t frames, std::stop_token const& stop, std::function<void(std::span<float>)> const& sink)
{
    auto const input = static_cast<std::size_t>(std::llround(part.length() * sample_rate));
    if (input == 0 || frames <= 0) return;
    auto const ramp = part.speed_to && *part.speed_to != part.speed;
    // The finer engine keeps voices cleaner; the other one holds to a changing speed exactly.
    auto const engine = ramp ? RubberBandStretcher::OptionEngineFaster : RubberBandStretcher::OptionEngineFiner;
    RubberBandStretcher stretcher(sample_rate, channels,
                                  RubberBandStretcher::OptionProcessOffline | engine |
                                      RubberBandStretcher::OptionThreadingNever |
                                      RubberBandStretcher::OptionChannelsTogether,
                                  static_cast<double>(frames) / static_cast<double>(input));
    stretcher.setExpectedInputDuration(input);
    stretcher.setMaxProcessSize(block_frames);
    if (ramp) stretcher.setKeyFrameMap(key_frames(timeline, cut, part));
    std::vector<float> buffer;
    Split split;
    auto const read_all = [&](auto const& each) {
        source.seek(part.start);
        for (std::size_t at = 0; at < input;) {
            if (stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "the render was cancelled");
            auto const count = std::min(block_frames, input - at);
            buffer.resize(count * channels);
            source.read(buffer);
            split.take(buffer);
            at += count;
            each(count, at == input);
        }
    };
    read_all([&](std::size_t count, bool last) { stretcher.study(split.pointers.data(), count, last); });
    Gatherer gatherer(stretcher, frames, sink);
    read_all([&](std::size_t count, bool last) {
        stretcher.process(split.pointers.data(), count, last);
        gatherer.gather();
    });
    gatherer.gather();
    gatherer.fill();
}

} // namespace media
