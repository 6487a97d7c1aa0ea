#include "api/route.h"
#include "studio/subtitles/document.h"

namespace api::routes {

namespace subtitles_of = studio::subtitles;

static constexpr std::size_t content_characters_max = 500'000; // a film's; the request's body has a limit of its own

struct ConvertInput {
    subtitles_of::Format from = subtitles_of::Format::Srt;
    subtitles_of::Format to = subtitles_of::Format::Vtt;
    std::string content;
};
BOOST_DESCRIBE_STRUCT(ConvertInput, (), (from, to, content))
static std::vector<FieldRule> rules_of(ConvertInput const*)
{
    return {{.name = "from", .help = "What it is.", .required = true},
            {.name = "to", .help = "What it shall be.", .required = true},
            {.name = "content",
             .help = "The whole file, as text.",
             .required = true,
             .length_max = content_characters_max,
             .example = R"("1\n00:00:00,500 --> 00:00:01,500\nsteady now\n")"}};
}

struct Converted {
    subtitles_of::Format format = subtitles_of::Format::Srt;
    std::string content;
    std::size_t cues = 0;
    std::size_t words = 0;
    bool word_times = false; ///< true where each word's time was given, false where cues shared theirs out
    std::string language;    ///< "" where the file does not say
};
BOOST_DESCRIBE_STRUCT(Converted, (), (format, content, cues, words, word_times, language))

static Converted convert(Services&, Call const&, Nothing const&, ConvertInput const& input)
{
    auto const document = subtitles_of::parse(input.content, input.from, "content");
    return {input.to,
            subtitles_of::write(document, input.to),
            document.cues.size(),
            document.words().size(),
            document.word_times,
            document.language};
}

static Route convert_captions()
{
    return route({.method = "POST",
                  .path = "/api/v1/captions/convert",
                  .tag = "transforms",
                  .help = "Subtitles of one format in another: srt, vtt, ass or json. Nothing is kept of them."},
                 convert);
}

std::vector<Route> subtitles() { return {convert_captions()}; }

} // namespace api::routes
