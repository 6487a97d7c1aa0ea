#include "studio/transcript_file.h"

#include "base/file.h"
#include "base/text.h"

#include <charconv>
#include <cmath>

namespace studio {

static constexpr std::size_t file_bytes_max = 16U << 20U;
static constexpr std::size_t script_bytes_max = 64U << 10U;
static constexpr double seconds_max = 24 * 3600.0;

namespace {

struct Cue {
    double start = 0;
    double end = 0;
    std::string text;
};

struct WordsFile {
    std::vector<plan::Word> words;
    std::optional<std::string> language;
};
BOOST_DESCRIBE_STRUCT(WordsFile, (), (words, language))

} // namespace

/// "01:02:03,456", "02:03.456", "1:02:03.45"
static std::optional<double> read_clock(std::string_view text)
{
    text = base::trim(text);
    double seconds = 0;
    int parts = 0;
    while (!text.empty()) {
        auto part = std::string(text.substr(0, text.find(':')));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        for (auto& c : part)
            if (c == ',') c = '.';
        double value = 0;
        auto const [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        if (error != std::errc{} || end != part.data() + part.size() || value < 0 || ++parts > 3) return std::nullopt;
        seconds = seconds * 60 + value;
    }
    return parts >= 2 && seconds <= seconds_max ? std::optional(seconds) : std::nullopt;
}

/// Gives each word of a cue its share of the time, by its number of bytes.
static void add_words(Cue const& cue, std::vector<plan::Word>& words)
{
    std::vector<std::string> parts;
    for (auto const& line : base::split(cue.text, '\n'))
        for (auto const& part : base::split(line, ' '))
            if (auto const word = base::trim(part); !word.empty()) parts.emplace_back(word);
    double total = 0;
    for (auto const& part : parts) total += static_cast<double>(part.size()) + 1;
    auto at = cue.start;
    for (auto const& part : parts) {
        auto const length = (cue.end - cue.start) * (static_cast<double>(part.size()) + 1) / total;
        words.push_back({part, at, at + length, std::nullopt});
        at += length;
    }
}

/// The cues of SRT and WebVTT: a line with "-->", then text up to an empty line.
static std::vector<Cue> read_arrow_cues(std::string const& text, std::string const& file)
{
    std::vector<Cue> cues;
    auto in_cue = false;
    auto number = 0;
    for (auto const& raw : base::split(text, '\n')) {
        ++number;
        auto const line = base::trim(raw);
        if (auto const arrow = line.find("-->"); arrow != std::string_view::npos) {
            auto const start = read_clock(line.substr(0, arrow));
            auto const rest = base::trim(line.substr(arrow + 3));
            auto const end = read_clock(rest.substr(0, rest.find(' ')));
            if (!start || !end || *end < *start)
                base::fail(base::ErrorCode::InvalidInput, "{}:{}: '{}' is not a span of time", file, number, line);
            cues.push_back({*start, *end, {}});
            in_cue = true;
        } else if (line.empty()) {
            in_cue = false;
        } else if (in_cue) {
            cues.back().text += base::strip_html(line) + "\n";
        }
    }
    return cues;
}

/// Text of a dialogue line without override blocks; \N and \n break lines.
static std::string ass_text(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{') {
            auto const close = text.find('}', i);
            if (close == std::string_view::npos) break;
            i = close;
        } else if (text[i] == '\\' && i + 1 < text.size() &&
                   (text[i + 1] == 'N' || text[i + 1] == 'n' || text[i + 1] == 'h')) {
            out += text[i + 1] == 'h' ? ' ' : '\n';
            ++i;
        } else {
            out += text[i];
        }
    }
    return out;
}

static std::vector<Cue> read_ass_cues(std::string const& text, std::string const& file)
{
    std::vector<Cue> cues;
    auto number = 0;
    for (auto const& raw : base::split(text, '\n')) {
        ++number;
        auto line = base::trim(raw);
        if (!line.starts_with("Dialogue:")) continue;
        line.remove_prefix(9);
        std::vector<std::string_view> fields; // nine before the text, which may hold commas itself
        for (int i = 0; i < 9; ++i) {
            auto const comma = line.find(',');
            if (comma == std::string_view::npos) break;
            fields.push_back(line.substr(0, comma));
            line.remove_prefix(comma + 1);
        }
        auto const start = fields.size() == 9 ? read_clock(fields[1]) : std::nullopt;
        auto const end = fields.size() == 9 ? read_clock(fields[2]) : std::nullopt;
        if (!start || !end || *end < *start)
            base::fail(base::ErrorCode::InvalidInput, "{}:{}: not a dialogue line with ten fields and two times", file,
                       number);
        cues.push_back({*start, *end, ass_text(line)});
    }
    return cues;
}

static void check_words(std::vector<plan::Word> const& words, std::string const& file)
{
    for (std::size_t i = 0; i < words.size(); ++i)
        if (!(words[i].start >= 0 && words[i].end >= words[i].start && words[i].end <= seconds_max))
            base::fail(base::ErrorCode::InvalidInput, "{}: words[{}]: {} to {} is not a span of time", file, i,
                       words[i].start, words[i].end);
}

plan::Transcript read_transcript(std::filesystem::path const& path)
{
    auto const file = path.string();
    auto text = base::read_file(path, file_bytes_max);
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    text = base::clean_utf8(text);
    plan::Transcript transcript{{}, "file", false, ""};
    auto const type = base::lower_ascii(path.extension().string());
    if (type == ".json") {
        auto words = base::read_json<WordsFile>(text, file);
        transcript.words = std::move(words.words);
        transcript.language = words.language.value_or("");
    } else if (type == ".srt" || type == ".vtt") {
        for (auto const& cue : read_arrow_cues(text, file)) add_words(cue, transcript.words);
    } else if (type == ".ass" || type == ".ssa") {
        for (auto const& cue : read_ass_cues(text, file)) add_words(cue, transcript.words);
    } else {
        base::fail(base::ErrorCode::InvalidInput, "{}: a transcript is .srt, .vtt, .ass or .json", file);
    }
    check_words(transcript.words, file);
    return transcript;
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
