#pragma once
#include "plan/captions.h"
#include "plan/edit_plan.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace studio::subtitles {

/// What is shown at one time.
struct Cue {
    double start = 0; ///< seconds
    double end = 0;
    std::vector<std::vector<plan::Word>> lines;
};

/// A file of subtitles.
struct Document {
    std::vector<Cue> cues;   ///< in order of time
    std::string language;    ///< BCP 47, "" where the file does not say
    bool word_times = false; ///< true where each word's time was given, false where cues shared theirs out
    std::vector<plan::Word> words() const;
};

enum class Format { Srt, Vtt, Ass, Json };
BOOST_DESCRIBE_ENUM(Format, Srt, Vtt, Ass, Json)
/// By the file's extension; InvalidInput lists what is known.
Format format_of(std::filesystem::path const& file);

/// InvalidInput names the file, the line and what is wrong with it: no UTF-8, no time, a span that runs backwards, more
/// than the limits. `file` is for messages only.
Document parse(std::string text, Format format, std::string const& file);
std::string write(Document const& document, Format format);

/// Words of a recogniser's answer or of a file: {"words": [...]} or {"segments": [{"words": [...]}]}, each with "text"
/// or "word", "start" and "end". `segments` without words share their time among their text's words.
Document parse_json_words(std::string_view text, std::string const& file);

/// Words laid out as subtitles: two lines of at most 42 characters.
std::vector<Cue> cues_of(std::vector<plan::Word> const& words);
/// The captions of a clip, card for card.
Document document_of(plan::Captions const& captions, double clip_seconds);

inline constexpr std::size_t file_bytes_max = 16U << 20U;
inline constexpr std::size_t cues_max = 50'000;
inline constexpr std::size_t words_max = 200'000;
inline constexpr double seconds_max = 24 * 3600.0;

} // namespace studio::subtitles
