#include "studio/transcript_file.h"

#include "base/file.h"
#include "base/text.h"
#include "studio/subtitles/document.h"

namespace studio {

static constexpr std::size_t script_bytes_max = 64U << 10U;

plan::Transcript read_transcript(std::filesystem::path const& path)
{
    auto const format = subtitles::format_of(path);
    auto const document = subtitles::parse(base::read_file(path, subtitles::file_bytes_max), format, path.string());
    return {document.words(), "file", false, document.language};
}

std::optional<std::filesystem::path> transcript_beside(std::filesystem::path const& clip)
{
    for (auto const* extension : {".words.json", ".srt", ".vtt", ".ass"}) {
        auto path = clip;
        path.replace_extension(extension);
        std::error_code error;
        if (std::filesystem::is_regular_file(path, error)) return path;
    }
    return std::nullopt;
}

std::string script_beside(std::filesystem::path const& clip)
{
    auto path = clip;
    path.replace_extension(".txt");
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return {};
    return base::clean_utf8(base::read_file(path, script_bytes_max));
}

} // namespace studio
