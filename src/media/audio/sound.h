#pragma once
#include "media/decoder.h"
#include "media/resample.h"

#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

namespace media {

inline constexpr int sample_rate = 48000; ///< of everything after decoding
inline constexpr int channels = 2;

/// A file's sound as 48 kHz stereo floats, interleaved, from any moment on; gaps in the file come out as silence, so
/// that sound stays with the picture.
class SoundReader {
public:
    SoundReader(std::filesystem::path const& path, std::stop_token stop);
    bool has_sound() const { return decoder_.has_audio(); }
    void seek(double seconds);
    /// Fills the whole span; the number of samples before the file's end, 0 once only silence came.
    std::size_t read(std::span<float> out);

private:
    bool decode_more();
    void append_silence(double seconds);

    Decoder decoder_;
    SoundConverter<float> converter_{sample_rate, channels};
    std::vector<float> ready_;
    std::size_t used_ = 0;
    double position_ = 0; ///< seconds of the end of ready_
    double wanted_ = 0;   ///< where the last seek should begin
    bool ended_ = false;
};

} // namespace media
