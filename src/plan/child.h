#pragma once
#include "plan/edit_plan.h"

/// What studio and the child program ettametta-media say to each other: one JSON request on standard input, JSON lines
/// on standard output: any number of {"progress": Progress}, then one {"result": ...} or {"error": ChildError}.
namespace plan {

/// What the child may use; it binds itself to these before it opens the file. See docs/security.md.
struct ChildLimits {
    int memory_mib = 1500;               ///< private writable memory (RLIMIT_DATA)
    int cpu_seconds = 4 * 3600;          ///< of all threads together
    std::int64_t file_bytes = 8LL << 30; ///< of any one file it writes
    std::vector<std::string> readable;   ///< files and folders besides the system's own fonts, models and libraries
    std::vector<std::string> writable;   ///< folders
};
BOOST_DESCRIBE_STRUCT(ChildLimits, (), (memory_mib, cpu_seconds, file_bytes, readable, writable))

struct ProbeRequest {
    std::string input;
    ChildLimits limits;
};
BOOST_DESCRIBE_STRUCT(ProbeRequest, (), (input, limits))

struct AnalyseRequest {
    std::string input;
    bool faces = true;
    bool text = true;
    bool camera = false; ///< measure how the camera moves, picture by picture
    ChildLimits limits;
};
BOOST_DESCRIBE_STRUCT(AnalyseRequest, (), (input, faces, text, camera, limits))

struct TranscribeRequest {
    std::string input;
    std::vector<Span> spans; ///< parts of the timeline to listen to; empty: all of it
    std::string script;      ///< words known to be spoken: they are aligned; "" where nobody knows them
    std::string model = {};  ///< a ggml file for whisper.cpp; "": PocketSphinx listens
    ChildLimits limits = {};
};
BOOST_DESCRIBE_STRUCT(TranscribeRequest, (), (input, spans, script, model, limits))

/// Sound of a part of a file as 16 kHz mono WAV, for recognisers outside.
struct SoundRequest {
    std::string input;
    Span span;
    std::string output; ///< in work_folder
    std::string work_folder;
    ChildLimits limits;
};
BOOST_DESCRIBE_STRUCT(SoundRequest, (), (input, span, output, work_folder, limits))

struct SoundResult {
    double seconds = 0; ///< written
};
BOOST_DESCRIBE_STRUCT(SoundResult, (), (seconds))

/// A text to be spoken, offline, into a WAV file.
struct NarrateRequest {
    std::string text;
    std::string output; ///< in work_folder
    std::string work_folder;
    ChildLimits limits;
};
BOOST_DESCRIBE_STRUCT(NarrateRequest, (), (text, output, work_folder, limits))

struct NarrateResult {
    double seconds = 0;
    std::vector<Word> words; ///< when each is said, exactly
};
BOOST_DESCRIBE_STRUCT(NarrateResult, (), (seconds, words))

/// Whether an encoder works here, found by a real tiny encode.
struct EncoderState {
    std::string name;
    bool works = false;
    std::string reason; ///< why not
};
BOOST_DESCRIBE_STRUCT(EncoderState, (), (name, works, reason))

struct RenderRequest {
    EditPlan plan;
    std::string output;                      ///< in work_folder; the caller moves it to its place
    std::vector<std::string> thumbnails;     ///< JPEG files, one for each of the plan's
    std::string work_folder;                 ///< finished chunks stay here: the same request again goes on from them
    std::vector<EncoderState> encoders = {}; ///< what is known of this machine's; empty: `auto` is x264
    bool frame_hashes = false;               ///< tell the hash of each finished picture in the result
    ChildLimits limits;
};
BOOST_DESCRIBE_STRUCT(RenderRequest, (), (plan, output, thumbnails, work_folder, encoders, frame_hashes, limits))

/// One picture of several plans for the same source, side by side, each with its plan's look: a contact sheet.
struct SheetRequest {
    std::vector<EditPlan> plans; ///< 1..100, all with the same source and cuts
    std::int64_t frame = 0;      ///< of the clip, for what filters do; the source's picture is that of the clip's start
    int columns = 5;             ///< 1..20
    int tile_width = 200;        ///< even, 16..1000
    std::string output;          ///< a JPEG file in work_folder
    std::string work_folder;
    ChildLimits limits;
};
BOOST_DESCRIBE_STRUCT(SheetRequest, (), (plans, frame, columns, tile_width, output, work_folder, limits))

struct SheetResult {
    std::string output;
    int width = 0;
    int height = 0;
};
BOOST_DESCRIBE_STRUCT(SheetResult, (), (output, width, height))

struct Progress {
    std::string stage; ///< "analyse", "transcribe", "render" ...
    double done = 0;   ///< 0..1
    std::optional<double> eta_seconds;
};
BOOST_DESCRIBE_STRUCT(Progress, (), (stage, done, eta_seconds))

/// Measured on what was really written. Spans are clip seconds.
struct Quality {
    double black_seconds = 0;
    double silent_seconds = 0;
    double frozen_seconds = 0;
    std::vector<Span> black;
    std::vector<Span> silent;
    std::vector<Span> frozen;
    std::int64_t clipped_samples = 0;
    double av_offset_ms = 0; ///< end of sound minus end of picture
    int mid_word_cuts = 0;
    std::int64_t missing_glyphs = 0;    ///< characters of the captions that no font has
    double caption_overlap_seconds = 0; ///< captions on writing, faces or a platform's controls
    bool passed = false;
    std::vector<std::string> problems; ///< what the clip should not have: it did not pass
    std::vector<std::string> notes;    ///< what is so in the source, or as the plan wants it
    std::vector<std::string> repairs;  ///< what was wrong at first and was made good
};
BOOST_DESCRIBE_STRUCT(Quality, (),
                      (black_seconds, silent_seconds, frozen_seconds, black, silent, frozen, clipped_samples,
                       av_offset_ms, mid_word_cuts, missing_glyphs, caption_overlap_seconds, passed, problems, notes,
                       repairs))

struct RenderResult {
    std::string output;
    std::vector<std::string> thumbnails;
    double duration_seconds = 0;
    int width = 0;
    int height = 0;
    std::int64_t frames = 0;
    std::int64_t resumed_frames = 0;   ///< taken over from a render that was interrupted
    std::int64_t copied_frames = 0;    ///< taken from the source as they are, not encoded again
    std::int64_t reencoded_frames = 0; ///< all others
    std::int64_t corrupt_frames = 0;   ///< show a damaged part of the source, concealed
    std::vector<std::string>
        frame_hashes; ///< of the finished pictures before the encoder, where asked for; "" if copied
    std::string encoder;
    std::optional<std::string> encoder_fallback; ///< why the asked-for encoder was not used
    double loudness_lufs = -70;
    double true_peak_dbtp = -70;
    double speed_x = 0; ///< clip seconds a second of work
    double memory_peak_mib = 0;
    Quality quality;
};
BOOST_DESCRIBE_STRUCT(RenderResult, (),
                      (output, thumbnails, duration_seconds, width, height, frames, resumed_frames, copied_frames,
                       reencoded_frames, corrupt_frames, frame_hashes, encoder, encoder_fallback, loudness_lufs,
                       true_peak_dbtp, speed_x, memory_peak_mib, quality))

struct ChildError {
    std::string code; ///< of base::ErrorCode
    std::string message;
    std::string next_action;
};
BOOST_DESCRIBE_STRUCT(ChildError, (), (code, message, next_action))

/// One line of the child's standard output: exactly one member is set.
struct ChildMessage {
    std::optional<Progress> progress;
    std::optional<base::json::value> result;
    std::optional<ChildError> error;
};
BOOST_DESCRIBE_STRUCT(ChildMessage, (), (progress, result, error))

} // namespace plan
