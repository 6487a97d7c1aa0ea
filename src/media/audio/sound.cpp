#include "media/audio/sound.h"

#include <algorithm>
#include <cmath>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

namespace media {

static constexpr double gap_seconds_min = 0.03; // smaller jumps are rounding in the file's timestamps
static constexpr double gap_seconds_max = 3600;

SoundReader::SoundReader(std::filesystem::path const& path, std::stop_token stop)
    : decoder_(path, {.threads = 1, .want_video = false, .want_audio = true}, std::move(stop))
{
}

void SoundReader::seek(double seconds)
{
    if (!has_sound()) return;
    decoder_.seek(seconds);
    resampler_.reset();
    ready_.clear();
    used_ = 0;
    position_ = seconds;
    wanted_ = seconds;
    ended_ = false;
}

void SoundReader::append_silence(double seconds)
{
    auto const frames = static_cast<std::size_t>(std::llround(std::min(seconds, gap_seconds_max) * sample_rate));
    ready_.insert(ready_.end(), frames * channels, 0.0F);
    position_ += static_cast<double>(frames) / sample_rate;
}

void SoundReader::convert(AVFrame const& frame)
{
    if (!resampler_ || frame.sample_rate != input_rate_ || frame.format != input_format_ || frame.ch_layout.nb_channels != input_channels_) {
        AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;
        AVChannelLayout layout{};
        // A file may leave the order of its channels open; then the usual one for their number is meant.
        if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) av_channel_layout_default(&layout, frame.ch_layout.nb_channels);
        else check(av_channel_layout_copy(&layout, &frame.ch_layout), "read", "the sound");
        SwrContext* raw = nullptr;
        auto const set = swr_alloc_set_opts2(&raw, &stereo, AV_SAMPLE_FMT_FLT, sample_rate, &layout,
                                             static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
        av_channel_layout_uninit(&layout);
        resampler_.reset(raw);
        check(set, "convert", "the sound");
        check(swr_init(raw), "convert", "the sound");
        input_rate_ = frame.sample_rate;
        input_format_ = frame.format;
        input_channels_ = frame.ch_layout.nb_channels;
    }
    auto const room = swr_get_out_samples(resampler_.get(), frame.nb_samples);
    auto const before = ready_.size();
    ready_.resize(before + static_cast<std::size_t>(std::max(0, room)) * channels);
    auto* out = reinterpret_cast<std::uint8_t*>(ready_.data() + before);
    auto const count = check(swr_convert(resampler_.get(), &out, room, const_cast<std::uint8_t const**>(frame.extended_data), frame.nb_samples),
                             "convert", "the sound");
    ready_.resize(before + static_cast<std::size_t>(count) * channels);
    position_ += static_cast<double>(frame.nb_samples) / frame.sample_rate;
}

bool SoundReader::decode_more()
{
    Item item;
    if (ended_ || !decoder_.next(item)) {
        ended_ = true;
        return false;
    }
    if (item.seconds > position_ + gap_seconds_min) append_silence(item.seconds - position_);
    auto const before = ready_.size();
    auto const early = wanted_ - item.seconds; // the first frame may begin before the moment sought
    convert(*item.frame);
    if (before == 0 && used_ == 0 && early > 0) {
        auto const drop = std::min(ready_.size(), static_cast<std::size_t>(std::llround(early * sample_rate)) * channels);
        ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(drop));
        position_ = std::max(item.seconds + static_cast<double>(item.frame->nb_samples) / item.frame->sample_rate, wanted_);
    }
    return true;
}

bool SoundReader::read(std::span<float> out)
{
    std::size_t done = 0;
    while (done < out.size()) {
        if (used_ == ready_.size()) {
            ready_.clear();
            used_ = 0;
            if (!has_sound() || !decode_more()) break;
            continue;
        }
        auto const count = std::min(out.size() - done, ready_.size() - used_);
        std::copy_n(ready_.begin() + static_cast<std::ptrdiff_t>(used_), count, out.begin() + static_cast<std::ptrdiff_t>(done));
        used_ += count;
        done += count;
    }
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(done), out.end(), 0.0F);
    return done > 0;
}

} // namespace media
