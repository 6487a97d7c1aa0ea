#include "media/speech/sound_file.h"

#include "base/error.h"
#include "base/file.h"
#include "media/decoder.h"
#include "media/resample.h"
#include "media/speech/voice_activity.h"

#include <algorithm>

namespace media::speech {

static std::string wav_header(std::size_t samples, int rate)
{
    std::string header;
    auto const put = [&](std::size_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) header += static_cast<char>(value >> (8 * i) & 0xFFU);
    };
    auto const bytes = samples * 2;
    header += "RIFF";
    put(36 + bytes, 4);
    header += "WAVEfmt ";
    put(16, 4);
    put(1, 2); // PCM
    put(1, 2);
    put(static_cast<std::size_t>(rate), 4);
    put(static_cast<std::size_t>(rate) * 2, 4);
    put(2, 2);
    put(16, 2);
    header += "data";
    put(bytes, 4);
    return header;
}

void write_wav(std::filesystem::path const& file, std::span<std::int16_t const> samples, int rate)
{
    auto bytes = wav_header(samples.size(), rate);
    bytes.append(reinterpret_cast<char const*>(samples.data()), samples.size() * 2);
    base::write_file_atomic(file, bytes);
}

plan::SoundResult write_sound(plan::SoundRequest const& request, std::stop_token const& stop)
{
    auto const seconds = request.span.length();
    if (!(request.span.start >= 0 && seconds > 0 && seconds <= sound_seconds_max))
        base::fail(base::ErrorCode::InvalidInput, "span: {} to {} is not a part of at most {} s", request.span.start,
                   request.span.end, sound_seconds_max);
    Decoder decoder(request.input, {.want_video = false}, stop);
    std::vector<std::int16_t> samples(static_cast<std::size_t>(seconds * sample_rate));
    SoundConverter<std::int16_t> converter(sample_rate, 1);
    if (decoder.has_audio()) decoder.seek(request.span.start);
    Item item;
    std::size_t written = 0;
    while (decoder.has_audio() && written < samples.size() && decoder.next(item)) {
        if (item.seconds >= request.span.end) break;
        auto const part = converter.convert(*item.frame);
        auto const at = static_cast<std::ptrdiff_t>((item.seconds - request.span.start) * sample_rate);
        // Frames follow each other; only a hole in the sound moves on.
        if (at > static_cast<std::ptrdiff_t>(written) + sample_rate / 20) written = static_cast<std::size_t>(at);
        auto const skip = written == 0 && at < 0 ? std::min(part.size(), static_cast<std::size_t>(-at)) : 0;
        auto const room = samples.size() - std::min(written, samples.size());
        auto const count = std::min(part.size() - skip, room);
        std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(skip), count,
                    samples.begin() + static_cast<std::ptrdiff_t>(std::min(written, samples.size())));
        written += count;
    }
    write_wav(request.output, samples, sample_rate);
    return {static_cast<double>(samples.size()) / sample_rate};
}

} // namespace media::speech
