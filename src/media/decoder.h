#pragma once
#include "media/av.h"
#include "media/input.h"
#include "plan/media_info.h"

#include <deque>
#include <filesystem>
#include <optional>
#include <stop_token>

namespace media {

enum class Kind { Video, Audio };

/// One decoded frame and where it stands on the timeline that starts at 0 with the first picture or sound.
struct Item {
    Kind kind = Kind::Video;
    Frame frame;
    double seconds = 0;
    double duration = 0;  ///< of a picture: what the file says, else one frame at the average rate
    bool corrupt = false; ///< of a picture: damaged and concealed, or something before it is missing
    double end() const { return seconds + duration; }
};

struct DecoderOptions {
    int threads = 0; ///< of the picture decoder; 0: as many as the machine has, fewer for pictures above 4K
    bool want_video = true;
    bool want_audio = true;
    bool skip_non_key_frames = false;
    double key_frames_apart = 0; ///< with skip_non_key_frames: seconds that must lie between two of them
    bool rough = false;          ///< faster, less exact pictures (no loop filter): for analysis
};

/// Decodes the best picture and the best sound stream of a local file, in the order in which the file holds them.
/// Pictures come as they are stored: rotation, interlacing and HDR are told in info() and left to the caller.
class Decoder {
public:
    explicit Decoder(std::filesystem::path const& path, DecoderOptions options = {}, std::stop_token stop = {});

    plan::MediaInfo const& info() const { return info_; }
    bool has_video() const { return video_.stream != nullptr; } ///< there is one and it was asked for
    bool has_audio() const { return audio_.stream != nullptr; }
    /// Display matrix, colours and pixel aspect; null where there is no picture.
    AVStream const* video_stream() const { return video_.stream; }
    AVStream const* audio_stream() const { return audio_.stream; }

    double origin() const { return origin_; } ///< the file's own time of our 0

    /// Goes to a moment, exactly: the next picture is the one that shows at `seconds` (it may start before), the next
    /// sound frame the one that sounds then. Past the end, next() gives nothing.
    void seek(double seconds);
    /// True where going from one moment on to a later one is quicker by seeking than by decoding what lies between.
    bool worth_seeking(double from, double to) const;
    /// False at the end. Damaged parts are left out and counted; InvalidInput where most of the file is damaged.
    bool next(Item& item);

    int damaged() const { return damaged_; }
    int packets() const { return packets_; }

private:
    /// One stream being decoded.
    struct Track {
        Kind kind = Kind::Video;
        AVStream* stream = nullptr;
        CodecContext codec;
        std::optional<double> first;          ///< since the last seek, also of what was dropped
        std::optional<double> last;           ///< start of the frame before
        std::optional<double> expected;       ///< end of the frame before: where the next one should start
        std::optional<Item> held;             ///< the last picture at or before the moment sought
        std::optional<std::int64_t> last_dts; ///< in units of the stream
        std::int64_t jump = 0;                ///< added to timestamps after a discontinuity
        int key_wait = 0;                     ///< packets that may still pass before a key frame must have come
        std::optional<double> last_key;       ///< of the key frames that were decoded alone
        std::optional<std::int64_t> key_pts;  ///< pictures before it lean on what was not decoded
        std::int64_t frames = 0;
        int damaged_before = 0; ///< packets lost when the frame before came
    };

    void find_streams();
    void open_track(Track& track, AVStream* stream);
    bool is_wanted_key(Track& track, AVPacket const& packet) const;
    void look_ahead();
    bool read_packet(AVPacket& packet);
    void pump();
    void finish();
    void decode(Track& track, AVPacket const* packet);
    void receive(Track& track);
    bool is_usable(Track& track, AVPacket const& packet) const;
    bool place(Track& track, Item& item);
    void deliver(Track& track, Item item);
    void follow_discontinuity(Track& track, AVPacket& packet) const;
    bool has_room() const;
    void count_damage();
    void reposition(double seconds);
    void reset(Track& track);
    bool landed(double seconds, bool accept_broken);

    Input input_;
    DecoderOptions options_;
    plan::MediaInfo info_;
    Track video_;
    Track audio_;
    double origin_ = 0; ///< the file's own time of our 0
    Packet packet_;
    Frame frame_;
    std::deque<Packet> waiting_; ///< read ahead to judge the rate
    std::deque<Item> ready_;
    double from_ = 0; ///< what ends before is dropped
    int damaged_ = 0;
    int packets_ = 0;
    bool ended_ = false;
};

} // namespace media
