#include "media/audio/sound.h"

#include <algorithm>
#include <cmath>

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
    converter_ = SoundConverter<float>(sample_rate, channels);
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
    auto const samples = converter_.convert(*item.frame);
    ready_.insert(ready_.end(), samples.begin(), samples.end());
    position_ += static_cast<double>(item.frame->nb_samples) / item.frame->sample_rate;
    if (before == 0 && used_ == 0 && early > 0) {
        auto const drop =
            std::min(ready_.size(), static_cast<std::size_t>(std::llround(early * sample_rate)) * channels);
        ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(drop));
        position_ =
            std::max(item.seconds + static_cast<double>(item.frame->nb_samples) / item.frame->sample_rate, wanted_);
    }
    return true;
}

std::size_t SoundReader::read(std::span<float> out)
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
        std::copy_n(ready_.begin() + static_cast<std::ptrdiff_t>(used_), count,
                    out.begin() + static_cast<std::ptrdiff_t>(done));
        used_ += count;
        done += count;
    }
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(done), out.end(), 0.0F);
    return done;
}

} // namespace media
