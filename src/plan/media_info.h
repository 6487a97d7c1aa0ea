#pragma once
#include "base/json.h"

#include <optional>
#include <string>

namespace plan {

/// A picture stream as a player shows it: rotation and pixel aspect are already applied to width and height.
struct VideoStream {
    std::string codec;
    int width = 0;
    int height = 0;
    int coded_width = 0;
    int coded_height = 0;
    int rotation_degrees = 0;     ///< clockwise: 0, 90, 180 or 270
    double frames_per_second = 0; ///< average
    bool variable_frame_rate = false;
    int bit_depth = 8;
    std::string pixel_format;
    bool hdr = false; ///< PQ or HLG transfer
    bool interlaced = false;
    double duration_seconds = 0;
};
BOOST_DESCRIBE_STRUCT(VideoStream, (),
                      (codec, width, height, coded_width, coded_height, rotation_degrees, frames_per_second,
                       variable_frame_rate, bit_depth, pixel_format, hdr, interlaced, duration_seconds))

struct AudioStream {
    std::string codec;
    int sample_rate = 0;
    int channels = 0;
    double duration_seconds = 0;
};
BOOST_DESCRIBE_STRUCT(AudioStream, (), (codec, sample_rate, channels, duration_seconds))

/// What a file holds, read from its headers and the first packets.
struct MediaInfo {
    std::string path;
    std::string container;
    std::int64_t size_bytes = 0;
    double duration_seconds = 0; ///< 0 where the file does not say
    std::optional<VideoStream> video;
    std::optional<AudioStream> audio;
};
BOOST_DESCRIBE_STRUCT(MediaInfo, (), (path, container, size_bytes, duration_seconds, video, audio))

} // namespace plan
