#pragma once
#include "media/picture/picture.h"
#include "plan/child.h"

#include <map>
#include <stdexcept>

extern "C" {
#include <libavutil/hwcontext.h>
}

namespace media {

/// An encoder other than x264 that can't be opened or failed on the way: the clip goes on with x264.
struct EncoderLost : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct EncoderOptions {
    int threads = 0;          ///< of x264: more or fewer change the coded bits, so a resumed clip keeps its number
    int parameter_set_id = 0; ///< H.264: so that a clip may hold pictures of several encoders
    /// Other libav encoders behind the names, for tests of what happens when a device is lost.
    std::map<std::string, std::string> codecs = {};
};

/// x264's threads on this machine.
int encoder_threads();

/// One run of an encoder over pictures that follow each other; closed: nothing refers to what another run made.
class VideoEncoder {
public:
    /// InvalidInput for an unknown name or values that the encoder does not take.
    VideoEncoder(std::string const& name, plan::EncoderPlan const& wanted, plan::Canvas const& canvas,
                 EncoderOptions const& options);
    std::string const& name() const { return name_; }
    AVCodecContext const& context() const { return *context_; }
    void send(Picture const& picture, std::int64_t frame);
    void flush();
    /// False where it needs more pictures, or at the end. Times are in frames.
    bool receive(AVPacket& packet);

private:
    struct Unref {
        void operator()(AVBufferRef* buffer) const { av_buffer_unref(&buffer); }
    };
    void choose_format(AVCodec const& codec, plan::Canvas const& canvas);
    void open_device();
    int check_device(int result) const;
    Frame converted(AVFrame const& picture) const;

    std::string name_;
    bool software_ = false;
    std::unique_ptr<AVBufferRef, Unref> device_;
    CodecContext context_;
};

/// The one that is asked for, or with "auto" the best one that works here. InvalidInput for an unknown name.
std::string choose_encoder(std::string const& wanted, std::vector<plan::EncoderState> const& states);
/// Tries each encoder on a few pictures.
std::vector<plan::EncoderState> try_video_encoders();

} // namespace media
