#pragma once
#include "plan/captions.h"

#include <cstdint>
#include <map>

/// What studio decides and media carries out. Plain data: cheap to test, store, show, resume and share.
namespace plan {

/// A part of the source that is kept. Times on the source's timeline; cuts follow each other in the clip.
struct Cut {
    double start = 0;
    double end = 0;
    std::string reason;
    double speed = 1;                    ///< at its start, 0.25..4
    std::optional<double> speed_to = {}; ///< at its end, reached evenly over the source's time; absent: as at its start
    double length() const { return end - start; } ///< of the source; see plan::Timeline for the clip's
};
BOOST_DESCRIBE_STRUCT(Cut, (), (start, end, reason, speed, speed_to))

struct Canvas {
    int width = 1080;  ///< even, 16..7680
    int height = 1920; ///< even, 16..7680
    int rate_numerator = 30;
    int rate_denominator = 1;
};
BOOST_DESCRIBE_STRUCT(Canvas, (), (width, height, rate_numerator, rate_denominator))

enum class FramingMode {
    Crop,       ///< fill the canvas, cut off what stands over, follow the path
    Fit,        ///< show all of the picture with bars
    FitBlur,    ///< show all of the picture over a blurred, filling copy of itself
    Split,      ///< two windows, one above the other: the path's and the second path's
    Screencast, ///< all of the picture's width above, the second path's window (a face) below
};
BOOST_DESCRIBE_ENUM(FramingMode, Crop, Fit, FitBlur, Split, Screencast)

/// Where the crop window's centre lies at a moment of the clip; fractions of the displayed source picture.
struct FramingKey {
    double at = 0;
    double x = 0.5;
    double y = 0.5;
    bool jump = false; ///< true: cut to it; false: glide from the key before
    double zoom = 1;   ///< 1: the largest window of the wanted shape; 2: half as wide and high; 1..8
};
BOOST_DESCRIBE_STRUCT(FramingKey, (), (at, x, y, jump, zoom))

/// From a moment of the clip on, the picture is laid out so.
struct LayoutChange {
    double at = 0;
    FramingMode mode = FramingMode::Crop;
};
BOOST_DESCRIBE_STRUCT(LayoutChange, (), (at, mode))

struct Framing {
    FramingMode mode = FramingMode::Crop;
    std::vector<FramingKey> path = {};      ///< ascending; empty: the middle
    std::vector<FramingKey> second = {};    ///< of the lower window of Split and Screencast
    std::vector<LayoutChange> changes = {}; ///< ascending; the mode before the first is `mode`
    std::vector<FramingKey> steady = {};    ///< stabilisation: x, y are added to the window's place; zoom is its margin
};
BOOST_DESCRIBE_STRUCT(Framing, (), (mode, path, second, changes, steady))

/// One filter with its values; `from` and `to` (clip seconds) are among the values where it has a window.
struct FilterCall {
    std::string name;
    std::map<std::string, double> values;
    std::map<std::string, std::string> options = {}; ///< what is not a number: a kind, an absolute path of a file
    std::vector<double> times = {};                  ///< clip seconds at which it acts, for filters that act at moments
};
BOOST_DESCRIBE_STRUCT(FilterCall, (), (name, values, options, times))

struct AudioPlan {
    double loudness_lufs = -14;
    double true_peak_dbtp = -1;
    std::optional<std::string> music; ///< mixed below, looped or cut to length
    double music_gain_db = -16;
    std::optional<std::string> voice; ///< narration from the clip's start; the source's own sound ducks under it
};
BOOST_DESCRIBE_STRUCT(AudioPlan, (), (loudness_lufs, true_peak_dbtp, music, music_gain_db, voice))

struct EncoderPlan {
    std::string name = "auto"; ///< auto, x264 ...
    std::string preset = "veryfast";
    int crf = 20; ///< 0..51
};
BOOST_DESCRIBE_STRUCT(EncoderPlan, (), (name, preset, crf))

/// A still of the clip, with an optional title on it.
struct Thumbnail {
    double at = 0; ///< clip seconds
    std::string title;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Thumbnail, (), (at, title, reason))

/// Why the plan is as it is; `--explain` prints these.
struct Decision {
    std::string what;
    std::string value;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Decision, (), (what, value, reason))

struct EditPlan {
    int version = 1;
    std::string source; ///< absolute path of a local file
    std::string source_sha256;
    std::uint64_t seed = 0;
    std::vector<Cut> cuts;
    Canvas canvas;
    Framing framing;
    std::string look;
    std::vector<FilterCall> filters; ///< in order, the look's own included
    std::optional<Captions> captions;
    std::optional<Title> title = {};
    std::optional<Watermark> watermark = {};
    AudioPlan audio;
    EncoderPlan encoder;
    std::vector<Thumbnail> thumbnails;      ///< best first; at least one
    std::vector<FontFile> title_fonts = {}; ///< for the thumbnails' titles; first choice first
    int mid_word_cuts = 0;                  ///< edges of cuts that could not be kept out of a word
    std::vector<Decision> decisions;
    double duration_seconds() const; ///< of the clip
};
BOOST_DESCRIBE_STRUCT(EditPlan, (),
                      (version, source, source_sha256, seed, cuts, canvas, framing, look, filters, captions, title,
                       watermark, audio, encoder, thumbnails, title_fonts, mid_word_cuts, decisions))

/// Every file that carrying the plan out has to read.
std::vector<std::string> files_read(EditPlan const& plan);

} // namespace plan
