#pragma once
#include "plan/analysis.h"

#include <filesystem>
#include <optional>

namespace studio {

/// Reads SRT, WebVTT, ASS or JSON ({"words": [{"text", "start", "end"}]}, seconds) into words with times. Cues of
/// several words share their time by length. InvalidInput names the file and the line.
plan::Transcript read_transcript(std::filesystem::path const& path);

/// A transcript that lies beside a clip: NAME.srt, .vtt, .ass or .words.json.
std::optional<std::filesystem::path> transcript_beside(std::filesystem::path const& clip);

/// The words that are spoken, as plain text in NAME.txt; "" where there is no such file.
std::string script_beside(std::filesystem::path const& clip);

} // namespace studio
