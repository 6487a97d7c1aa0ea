#pragma once
#include "media/audio/sound.h"
#include "media/output/mp4.h"

#include <functional>

namespace media {

/// AAC-LC in an MP4 file without an edit list: the clip's first 1024 samples (21 ms) give way to the encoder's priming,
/// so that sound and picture are in step also for players that know nothing of edit lists. It ends at most half an AAC
/// frame (11 ms) before or after the samples do.
class AacFile {
public:
    /// quick: without the search for joint stereo, five times as fast. packet: told of each coded frame.
    AacFile(std::filesystem::path const& path, bool quick, std::function<void(AVPacket const&)> packet);
    void write(std::span<float const> samples);
    void finish();
    AVCodecContext const& context() const { return *context_; }

private:
    void encode_pending();
    void drain();

    std::filesystem::path path_;
    std::function<void(AVPacket const&)> packet_told_;
    OutputContext output_;
    CodecContext context_;
    AVStream* stream_ = nullptr;
    Packet packet_ = make_packet();
    std::vector<float> pending_;
    std::int64_t next_ = 0;
    std::int64_t skipped_ = 0;
};

} // namespace media
