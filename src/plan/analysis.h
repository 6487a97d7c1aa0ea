#pragma once
#include "plan/media_info.h"

#include <vector>

namespace plan {

/// Part of a timeline, in seconds.
struct Span {
    double start = 0;
    double end = 0;
    double length() const { return end - start; }
};
BOOST_DESCRIBE_STRUCT(Span, (), (start, end))

/// One value for each step of the timeline; value[i] belongs to [i, i + 1) * step_seconds.
struct Curve {
    double step_seconds = 0.5;
    std::vector<double> values;
};
BOOST_DESCRIBE_STRUCT(Curve, (), (step_seconds, values))

/// Where a face was seen: fractions of the displayed picture, 0..1, origin at the top left.
struct Face {
    double at = 0; ///< seconds
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    int track = -1;      ///< the same number for the same face within a shot; -1: not followed
    double speaking = 0; ///< 0..1: how well the mouth's motion goes with the sound
};
BOOST_DESCRIBE_STRUCT(Face, (), (at, x, y, width, height, track, speaking))

/// Writing in the picture: where (fractions of the displayed picture, 0..1), when, and what it says.
struct TextRegion {
    double start = 0; ///< seconds
    double end = 0;
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    std::string text;      ///< "" where it could not be read
    double confidence = 0; ///< of the reading, 0..1
};
BOOST_DESCRIBE_STRUCT(TextRegion, (), (start, end, x, y, width, height, text, confidence))

/// Where most of the movement was in the half second from `at` on; fractions of the stored picture.
struct Focus {
    double at = 0; ///< seconds
    double x = 0.5;
    double y = 0.5;
    double share = 0; ///< of all movement that lies within an upright window there, 0..1
};
BOOST_DESCRIBE_STRUCT(Focus, (), (at, x, y, share))

/// A colour of the film and how much of it has that colour, 0..1.
struct Swatch {
    std::string color; ///< "#rrggbb"
    double share = 0;
};
BOOST_DESCRIBE_STRUCT(Swatch, (), (color, share))

enum class Mood { Energetic, Calm, Dramatic, Dark, Bright, Nostalgic };
BOOST_DESCRIBE_ENUM(Mood, Energetic, Calm, Dramatic, Dark, Bright, Nostalgic)

/// How strongly the signals speak for a mood, 0..1, and which did.
struct MoodScore {
    Mood mood = Mood::Calm;
    double score = 0;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(MoodScore, (), (mood, score, reason))

/// How far the whole picture moved since the sample before; fractions of its width and height.
struct CameraStep {
    double at = 0; ///< seconds
    double x = 0;
    double y = 0;
};
BOOST_DESCRIBE_STRUCT(CameraStep, (), (at, x, y))

struct Loudness {
    double integrated_lufs = -70; ///< EBU R128; -70 is the gate: silence
    double true_peak_dbtp = -70;
    double range_lu = 0;
};
BOOST_DESCRIBE_STRUCT(Loudness, (), (integrated_lufs, true_peak_dbtp, range_lu))

/// A spoken word. On the source's timeline in an analysis, on the clip's in an EditPlan.
struct Word {
    std::string text;
    double start = 0;
    double end = 0;
    std::optional<double> confidence; ///< 0..1 where the recogniser says
};
BOOST_DESCRIBE_STRUCT(Word, (), (text, start, end, confidence))

/// One low-resolution decode pass over a file. What was not measured is absent, not zero.
struct Analysis {
    MediaInfo media;
    std::vector<Span> shots;
    Curve motion;       ///< mean absolute luma difference of neighbouring samples, 0..1
    Curve audio_energy; ///< RMS in 0..1; no values without sound
    std::optional<Loudness> loudness;
    std::vector<Span> silences;
    std::vector<Span> speech;  ///< where somebody speaks, by voice activity
    std::vector<double> beats; ///< seconds; empty where no steady beat was found
    std::vector<Face> faces;
    std::vector<Focus> focus; ///< steps in which nothing moved are left out
    std::vector<TextRegion> text_regions;
    Curve sharpness;                 ///< variance of the Laplacian against the film's own maximum, 0..1
    Curve brightness;                ///< mean luma, 0 (black) .. 1 (white)
    std::vector<Swatch> palette;     ///< most frequent first
    std::vector<MoodScore> moods;    ///< strongest first
    std::vector<CameraStep> camera;  ///< only where it was asked for
    std::int64_t corrupt_frames = 0; ///< damaged pictures that were concealed
    bool sampled = false;            ///< true where the file was too long to look at every part of it
};
BOOST_DESCRIBE_STRUCT(Analysis, (),
                      (media, shots, motion, audio_energy, loudness, silences, speech, beats, faces, focus,
                       text_regions, sharpness, brightness, palette, moods, camera, corrupt_frames, sampled))

/// Spoken words and where they came from.
struct Transcript {
    std::vector<Word> words;
    std::string source;    ///< "pocketsphinx", "aligned" (to a known script), "file", "narration", "none"
    bool draft = false;    ///< true where a person should read it before it is trusted
    std::string language;  ///< BCP 47, "" where unknown
    std::string note = {}; ///< what a person should know, such as a better recogniser that did not answer
};
BOOST_DESCRIBE_STRUCT(Transcript, (), (words, source, draft, language, note))

} // namespace plan
