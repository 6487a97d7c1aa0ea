#pragma once
#include "media/av.h"

#include <span>
#include <vector>

namespace media {

/// Turns decoded sound into interleaved samples of one form; follows a source that changes its form on the way.
template <class Sample> class SoundConverter {
public:
    /// Sample is float or std::int16_t; channels 1 or 2.
    SoundConverter(int sample_rate, int channels) : sample_rate_(sample_rate), channels_(channels) {}
    /// Valid until the next call. May hold fewer or more frames than went in: a resampler keeps a few back.
    std::span<Sample const> convert(AVFrame const& frame);
    /// What the resampler kept back.
    std::span<Sample const> flush();

private:
    void configure(AVFrame const& frame);
    std::span<Sample const> run(std::uint8_t const* const* input, int frames);

    int sample_rate_;
    int channels_;
    Resampler resampler_;
    int source_rate_ = 0;
    int source_channels_ = 0;
    int source_format_ = -1;
    std::vector<Sample> samples_;
};

extern template class SoundConverter<float>;
extern template class SoundConverter<std::int16_t>;

} // namespace media
