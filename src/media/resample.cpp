#include "media/resample.h"

extern "C" {
#include <libavutil/channel_layout.h>
}

namespace media {

template <class Sample> std::span<Sample const> SoundConverter<Sample>::convert(AVFrame const& frame)
{
    if (!resampler_ || frame.sample_rate != source_rate_ || frame.ch_layout.nb_channels != source_channels_ ||
        frame.format != source_format_)
        configure(frame);
    return run(const_cast<std::uint8_t const* const*>(frame.extended_data), frame.nb_samples);
}

template <class Sample> std::span<Sample const> SoundConverter<Sample>::flush()
{
    return resampler_ ? run(nullptr, 0) : std::span<Sample const>();
}

template <class Sample> void SoundConverter<Sample>::configure(AVFrame const& frame)
{
    AVChannelLayout from{};
    if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
        av_channel_layout_default(&from, frame.ch_layout.nb_channels); // raw sound that names no speakers
    else
        check(av_channel_layout_copy(&from, &frame.ch_layout), "convert", "the sound");
    AVChannelLayout to{};
    av_channel_layout_default(&to, channels_);
    auto const format = sizeof(Sample) == sizeof(float) ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_S16;
    SwrContext* made = nullptr;
    auto const result = swr_alloc_set_opts2(&made, &to, format, sample_rate_, &from,
                                            static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
    av_channel_layout_uninit(&from);
    resampler_.reset(made);
    check(result, "convert", "the sound");
    check(swr_init(resampler_.get()), "convert", "the sound");
    source_rate_ = frame.sample_rate;
    source_channels_ = frame.ch_layout.nb_channels;
    source_format_ = frame.format;
}

template <class Sample>
std::span<Sample const> SoundConverter<Sample>::run(std::uint8_t const* const* input, int frames)
{
    auto const room = swr_get_out_samples(resampler_.get(), frames);
    check(room, "convert", "the sound");
    samples_.resize(static_cast<std::size_t>(room) * static_cast<std::size_t>(channels_));
    auto* output = reinterpret_cast<std::uint8_t*>(samples_.data());
    auto const count =
        check(swr_convert(resampler_.get(), &output, room, const_cast<std::uint8_t const**>(input), frames), "convert",
              "the sound");
    return {samples_.data(), static_cast<std::size_t>(count) * static_cast<std::size_t>(channels_)};
}

template class SoundConverter<float>;
template class SoundConverter<std::int16_t>;

} // namespace media
