#pragma once
#include "media/input.h"
#include "media/picture/picture.h"
#include "plan/child.h"

#include <filesystem>
#include <optional>

namespace media {

/// A context that writes a file; the file is closed with it.
struct OutputDeleter {
    void operator()(AVFormatContext* context) const;
};
using OutputContext = std::unique_ptr<AVFormatContext, OutputDeleter>;

/// MP4 with `moov` first and without edit lists: what a player that ignores them shows is right too.
OutputContext open_mp4(std::filesystem::path const& path);
/// Options for avformat_write_header that hold this promise.
std::unique_ptr<AVDictionary, AvDeleter> mp4_options();

/// The encoder that was opened for a plan, and why it is not the one asked for.
struct VideoEncoder {
    CodecContext context;
    std::string name; ///< as in EncoderPlan: "x264"
    std::optional<std::string> fallback;
};
VideoEncoder open_video_encoder(plan::EncoderPlan const& wanted, plan::Canvas const& canvas);

/// Tries each encoder on a few pictures.
std::vector<plan::EncoderState> try_video_encoders();

/// Encodes pictures and interleaves them with a finished sound file into one clip.
class ClipWriter {
public:
    /// audio is an MP4 file with one stream, written by this program.
    ClipWriter(std::filesystem::path const& path, plan::EncoderPlan const& encoder, plan::Canvas const& canvas,
               std::filesystem::path const& audio);
    void write(Picture const& picture, std::int64_t frame);
    void finish();
    std::string const& encoder() const { return encoder_.name; }
    std::optional<std::string> const& fallback() const { return encoder_.fallback; }

private:
    void drain();
    void copy_audio(double until_seconds);

    std::filesystem::path path_;
    VideoEncoder encoder_;
    Input audio_;
    OutputContext output_;
    AVStream* video_stream_ = nullptr;
    AVStream* audio_stream_ = nullptr;
    Packet packet_ = make_packet();
    Packet audio_packet_ = make_packet();
    bool audio_pending_ = false;
    bool audio_ended_ = false;
};

/// Writes a picture as a JPEG file.
void write_jpeg(Picture const& picture, std::filesystem::path const& path);

} // namespace media
