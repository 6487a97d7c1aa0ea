// Subtitles come from anywhere: any bytes are a document or one clear error, in each format, and what was read can be
// written and read again.
#include "base/error.h"
#include "studio/subtitles/document.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    using namespace studio::subtitles;
    std::string const text(reinterpret_cast<char const*>(data), size);
    for (auto const format : {Format::Srt, Format::Vtt, Format::Ass, Format::Json}) {
        Document document;
        try {
            document = parse(text, format, "input");
        } catch (base::Error const&) {
            continue;
        }
        for (auto const target : {Format::Srt, Format::Vtt, Format::Ass, Format::Json})
            (void)parse(write(document, target), target, "written"); // an error here is a finding
    }
    return 0;
}
