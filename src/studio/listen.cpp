#include "studio/listen.h"

#include "base/file.h"

#include <algorithm>

namespace studio {

static constexpr double look_back_share = 0.4; // of a part's length, in which a pause is looked for

std::vector<plan::Span> listening_parts(std::vector<plan::Span> const& spans, std::vector<plan::Span> const& silences,
                                        double seconds_max)
{
    std::vector<plan::Span> parts;
    for (auto rest : spans) {
        while (rest.length() > seconds_max) {
            auto const latest = rest.start + seconds_max;
            auto cut = latest;
            for (auto const& silence : silences) {
                auto const middle = (silence.start + silence.end) / 2;
                if (middle > latest - look_back_share * seconds_max && middle <= latest) cut = middle;
            }
            parts.push_back({rest.start, cut});
            rest.start = cut;
        }
        if (rest.length() > 0) parts.push_back(rest);
    }
    return parts;
}

plan::Transcript listen(MediaChild const& media, Recogniser const& recogniser, std::filesystem::path const& input,
                        std::vector<plan::Span> const& parts, ProgressCallback const& progress,
                        std::stop_token const& stop)
{
    plan::Transcript transcript{.words = {}, .source = recogniser.name(), .draft = false, .language = ""};
    base::TemporaryFolder const folder;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (progress)
            progress({"transcribe", static_cast<double>(i) / static_cast<double>(parts.size()), std::nullopt});
        auto const file = folder.path() / fmt::format("part{}.wav", i);
        media.sound(
            {.input = input.string(), .span = parts[i], .output = file.string(), .work_folder = folder.path().string()},
            stop);
        auto heard = recogniser.hear(file, stop);
        std::filesystem::remove(file);
        if (transcript.language.empty()) transcript.language = heard.language;
        for (auto& word : heard.words) {
            word.start = std::min(word.start + parts[i].start, parts[i].end);
            word.end = std::min(word.end + parts[i].start, parts[i].end);
            if (word.end > word.start) transcript.words.push_back(std::move(word));
        }
    }
    if (progress) progress({"transcribe", 1, std::nullopt});
    return transcript;
}

plan::Transcript listen_or_fall_back(MediaChild const& media, Recogniser const& recogniser,
                                     plan::TranscribeRequest const& request, std::vector<plan::Span> const& silences,
                                     ProgressCallback const& progress, std::stop_token const& stop)
{
    std::string problem;
    try {
        auto const parts = listening_parts(request.spans, silences, recogniser.seconds_max());
        return listen(media, recogniser, request.input, parts, progress, stop);
    } catch (base::Error const& error) {
        if (!base::is_transient(error.code)) throw;
        problem = error.what();
    }
    auto transcript = media.transcribe(request, progress, stop);
    transcript.note = fmt::format("{} did not answer: {}", recogniser.name(), problem);
    return transcript;
}

} // namespace studio
