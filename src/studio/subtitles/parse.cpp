#include "base/error.h"
#include "base/text.h"
#include "plan/caption_text.h"
#include "studio/subtitles/document.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace studio::subtitles {

static constexpr std::size_t line_bytes_max = 64U << 10U;

namespace {

/// A piece of a cue's text and, where the file says so, when it begins.
struct Piece {
    std::string text; ///< may hold line breaks
    std::optional<double> start;
};

/// Lines with their numbers; the file's name for messages.
struct Source {
    std::vector<std::string> lines;
    std::string const& file;
    [[noreturn]] void fail(std::size_t line, std::string_view problem) const
    {
        base::fail(base::ErrorCode::InvalidInput, "{}:{}: {}: '{}'", file, line + 1, problem,
                   base::truncate_utf8(base::trim(lines[line]), 80));
    }
};

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
        std::ranges::replace(part, ',', '.');
        double value = 0;
        auto const [end, error] =
            std::from_chars(part.data(), part.data() + part.size(), value, std::chars_format::fixed);
        if (error != std::errc{} || end != part.data() + part.size() || !(value >= 0) || ++parts > 3)
            return std::nullopt;
        seconds = seconds * 60 + value;
    }
    return parts >= 2 && seconds <= seconds_max ? std::optional(seconds) : std::nullopt;
}

/// Words of a stretch that share its time by their width.
static void share_out(std::string_view text, double start, double end, std::vector<std::vector<plan::Word>>& lines)
{
    auto const first_line = lines.size() - 1;
    std::vector<std::pair<std::size_t, std::string>> parts; // line, word
    auto line = first_line;
    for (auto const& row : base::split(text, '\n')) {
        for (auto const& part : base::split(row, ' '))
            for (auto& word : plan::split_unspaced(base::trim(part))) parts.emplace_back(line, std::move(word));
        ++line;
    }
    lines.resize(line);
    double total = 0;
    for (auto const& [where, word] : parts) total += plan::display_width(word) + 1;
    auto at = start;
    for (auto& [where, word] : parts) {
        auto const length = (end - start) * (plan::display_width(word) + 1) / total;
        lines[where].push_back({std::move(word), at, at + length, std::nullopt});
        at += length;
    }
}

static void add_cue(Document& document, double start, double end, std::vector<Piece> const& pieces,
                    std::string const& file)
{
    Cue cue{start, end, {{}}};
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        auto const from = std::clamp(pieces[i].start.value_or(start), start, end);
        auto to = end;
        if (i + 1 < pieces.size() && pieces[i + 1].start) to = std::clamp(*pieces[i + 1].start, from, end);
        if (pieces[i].start) document.word_times = true;
        share_out(pieces[i].text, from, to, cue.lines);
    }
    std::erase_if(cue.lines, [](auto const& line) { return line.empty(); });
    if (cue.lines.empty()) return;
    document.cues.push_back(std::move(cue));
    if (document.cues.size() > cues_max)
        base::fail(base::ErrorCode::InvalidInput, "{}: more than {} cues", file, cues_max);
}

/// Times in the text ("<00:00:01.500>") part it; all other tags and entities become what a reader sees.
static std::vector<Piece> vtt_pieces(std::string const& text)
{
    std::vector<Piece> pieces{{}};
    std::string raw;
    auto const flush = [&] {
        std::string shown;
        for (auto const& line : base::split(raw, '\n')) shown += (shown.empty() ? "" : "\n") + base::strip_html(line);
        pieces.back().text = std::move(shown);
        raw.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const close = text[i] == '<' ? text.find('>', i) : std::string::npos;
        auto const time =
            close == std::string::npos ? std::nullopt : read_clock(std::string_view(text).substr(i + 1, close - i - 1));
        if (!time) {
            raw += text[i];
            continue;
        }
        flush();
        if (pieces.size() == 1 && base::trim(pieces.front().text).empty()) pieces.clear();
        pieces.push_back({{}, time});
        i = close;
    }
    flush();
    return pieces;
}

/// The cues of SRT and WebVTT: a line with "-->", then text up to an empty line.
static void read_arrow_cues(Source const& source, Document& document)
{
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
        auto const line = base::trim(source.lines[i]);
        auto const arrow = line.find("-->");
        if (arrow == std::string_view::npos) continue;
        auto const start = read_clock(line.substr(0, arrow));
        auto const rest = base::trim(line.substr(arrow + 3));
        auto const end = read_clock(rest.substr(0, rest.find(' ')));
        if (!start || !end || *end < *start) source.fail(i, "not a span of time");
        std::string text;
        while (i + 1 < source.lines.size() && !base::trim(source.lines[i + 1]).empty() &&
               source.lines[i + 1].find("-->") == std::string::npos)
            text += (text.empty() ? "" : "\n") + std::string(base::trim(source.lines[++i]));
        // A number before the next cue's time belongs to that cue, where an empty line is missing.
        if (i + 1 < source.lines.size() && source.lines[i + 1].find("-->") != std::string::npos) {
            auto const last = text.rfind('\n');
            auto const number = text.substr(last == std::string::npos ? 0 : last + 1);
            if (std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; }))
                text.resize(last == std::string::npos ? 0 : last);
        }
        add_cue(document, *start, *end, vtt_pieces(text), source.file);
    }
}

/// Hundredths of a second after a karaoke tag: {\k23}, {\K23}, {\kf23}, {\ko23}.
static std::optional<double> karaoke_seconds(std::string_view block)
{
    auto at = block.rfind("\\k");
    if (at == std::string_view::npos) at = block.rfind("\\K");
    if (at == std::string_view::npos) return std::nullopt;
    at += 2;
    if (at < block.size() && (block[at] == 'f' || block[at] == 'o')) ++at;
    int value = 0;
    auto const [end, error] = std::from_chars(block.data() + at, block.data() + block.size(), value);
    if (error != std::errc{} || value < 0 || value > 1'000'000) return std::nullopt;
    return value / 100.0;
}

/// Text of a dialogue line without override blocks; \N and \n break lines, \k gives words their times.
static std::vector<Piece> ass_pieces(std::string_view text, double start)
{
    std::vector<Piece> pieces{{}};
    auto sung = start;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{') {
            auto const close = text.find('}', i);
            if (close == std::string_view::npos) break;
            if (auto const seconds = karaoke_seconds(text.substr(i, close - i))) {
                if (pieces.back().text.empty()) pieces.pop_back();
                pieces.push_back({{}, sung});
                sung += *seconds;
            }
            i = close;
        } else if (text[i] == '\\' && i + 1 < text.size() &&
                   (text[i + 1] == 'N' || text[i + 1] == 'n' || text[i + 1] == 'h')) {
            pieces.back().text += text[i + 1] == 'h' ? ' ' : '\n';
            ++i;
        } else if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '{' || text[i + 1] == '}')) {
            pieces.back().text += text[++i];
        } else {
            pieces.back().text += text[i];
        }
    }
    return pieces;
}

static void read_ass_cues(Source const& source, Document& document)
{
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
        auto line = base::trim(source.lines[i]);
        if (!line.starts_with("Dialogue:")) continue;
        line.remove_prefix(9);
        std::vector<std::string_view> fields; // nine before the text, which may hold commas itself
        while (fields.size() < 9) {
            auto const comma = line.find(',');
            if (comma == std::string_view::npos) break;
            fields.push_back(line.substr(0, comma));
            line.remove_prefix(comma + 1);
        }
        auto const start = fields.size() == 9 ? read_clock(fields[1]) : std::nullopt;
        auto const end = fields.size() == 9 ? read_clock(fields[2]) : std::nullopt;
        if (!start || !end || *end < *start) source.fail(i, "not a dialogue line with ten fields and two times");
        add_cue(document, *start, *end, ass_pieces(line, *start), source.file);
    }
}

static void check_encoding(std::string& text, std::string const& file)
{
    if (text.size() > file_bytes_max)
        base::fail(base::ErrorCode::InvalidInput, "{}: {} bytes are more than the limit of {}", file, text.size(),
                   file_bytes_max);
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (!base::is_utf8(text))
        base::fail(base::ErrorCode::InvalidInput, base::Next{"save it as UTF-8"}, "{}: its text is not UTF-8", file);
    for (std::size_t at = 0; (at = text.find('\r', at)) != std::string::npos;)
        at + 1 < text.size() && text[at + 1] == '\n' ? text.erase(at, 1) : text.replace(at, 1, "\n");
    text = base::clean_utf8(text);
}

Document parse(std::string text, Format format, std::string const& file)
{
    check_encoding(text, file);
    if (format == Format::Json) return parse_json_words(text, file);
    Source const source{base::split(text, '\n'), file};
    for (std::size_t i = 0; i < source.lines.size(); ++i)
        if (source.lines[i].size() > line_bytes_max) source.fail(i, "a line this long is no subtitle");
    Document document;
    if (format == Format::Ass)
        read_ass_cues(source, document);
    else
        read_arrow_cues(source, document);
    std::ranges::stable_sort(document.cues, {}, &Cue::start);
    if (document.words().size() > words_max)
        base::fail(base::ErrorCode::InvalidInput, "{}: more than {} words", file, words_max);
    return document;
}

Format format_of(std::filesystem::path const& file)
{
    auto const type = base::lower_ascii(file.extension().string());
    if (type == ".srt") return Format::Srt;
    if (type == ".vtt") return Format::Vtt;
    if (type == ".ass" || type == ".ssa") return Format::Ass;
    if (type == ".json") return Format::Json;
    base::fail(base::ErrorCode::InvalidInput, "{}: subtitles are .srt, .vtt, .ass or .json", file.string());
}

std::vector<plan::Word> Document::words() const
{
    std::vector<plan::Word> all;
    for (auto const& cue : cues)
        for (auto const& line : cue.lines) all.insert(all.end(), line.begin(), line.end());
    return all;
}

} // namespace studio::subtitles
