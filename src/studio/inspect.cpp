#include "studio/inspect.h"

#include <algorithm>

namespace studio {

Inspection inspect(MediaChild const& media, std::filesystem::path const& input, ProgressCallback const& progress,
                   std::stop_token const& stop)
{
    Inspection out;
    out.analysis = media.analyse({.input = input.string()}, progress, stop);
    if (out.analysis.media.audio) {
        auto const until = std::min(out.analysis.media.duration_seconds, listen_seconds_max);
        out.transcript = media.transcribe({input.string(), {{0, until}}, "", {}}, progress, stop);
    }
    return out;
}

base::json::object document_of(Inspection const& inspection)
{
    auto const& [analysis, transcript] = inspection;
    auto out = base::parse_json(base::to_json(analysis), "analysis").as_object();
    out["words"] = base::parse_json(base::to_json(transcript.words), "words");
    out["words_source"] = transcript.source;
    out["words_draft"] = transcript.draft;
    if (!analysis.media.video)
        for (auto const* picture : {"faces", "text_regions", "palette", "moods", "corrupt_frames"})
            out[picture] = nullptr;
    out.erase("camera"); // measured for stabilising alone
    return out;
}

} // namespace studio
