#include "app/app.h"
#include "base/file.h"
#include "studio/subtitles/document.h"

namespace app::commands {

namespace {

struct ConvertResult {
    std::string output;
    std::size_t cues = 0;
    std::size_t words = 0;
    bool word_times = false;
};
BOOST_DESCRIBE_STRUCT(ConvertResult, (), (output, cues, words, word_times))

} // namespace

static int list(App& app)
{
    auto const& styles = app.catalog().captions();
    if (app.json()) {
        app.print_json(styles);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows;
    for (auto const& style : styles)
        rows.push_back({style.name, style.fonts.empty() ? "-" : style.fonts.front(), style.help});
    app.print_table(rows);
    return exit_code::done;
}

static int convert(App& app, std::vector<std::string> const& files)
{
    if (files.size() != 2)
        base::fail(base::ErrorCode::InvalidInput, "captions convert needs two files: IN and OUT, not {}", files.size());
    std::filesystem::path const input = files[0];
    std::filesystem::path const output = files[1];
    namespace subtitles = studio::subtitles;
    auto const target = subtitles::format_of(output); // before anything is read
    auto const document = subtitles::parse(base::read_file(input, subtitles::file_bytes_max),
                                           subtitles::format_of(input), input.string());
    base::write_file_atomic(output, subtitles::write(document, target));
    ConvertResult const result{std::filesystem::absolute(output).string(), document.cues.size(),
                               document.words().size(), document.word_times};
    if (app.json())
        app.print_json(result);
    else
        app.print(fmt::format("{}: {} cues, {} words{}\n", result.output, result.cues, result.words,
                              result.word_times ? "" : ", their times shared out within each cue"));
    return exit_code::done;
}

static int run(App& app, Arguments const& arguments)
{
    auto const action = arguments.text("ACTION", "list");
    if (action == "list" && arguments.all("FILES").empty()) return list(app);
    if (action == "convert") return convert(app, arguments.all("FILES"));
    base::fail(base::ErrorCode::InvalidInput, "captions: '{}' is neither list nor convert IN OUT", action);
}

Command captions()
{
    return {
        .name = "captions",
        .help = "Lists the caption styles, or converts subtitles: captions convert IN OUT (.srt, .vtt, .ass, .json).",
        .positionals =
            {{.name = "ACTION", .help = "list (default) or convert", .required = false, .choices = {"list", "convert"}},
             {.name = "FILES", .help = "IN and OUT", .required = false, .repeat = true}},
        .run = run};
}

} // namespace app::commands
