#include "base/json.h"
#include "base/text.h"
#include "plan/caption_text.h"
#include "studio/subtitles/document.h"

#include <algorithm>
#include <cmath>

namespace studio::subtitles {

/// "00:01:02,345"
static std::string clock(double seconds, char point)
{
    auto const total = std::llround(std::max(0.0, seconds) * 1000);
    return fmt::format("{:02}:{:02}:{:02}{}{:03}", total / 3'600'000, total / 60'000 % 60, total / 1000 % 60, point,
                       total % 1000);
}

static std::string ass_clock(double seconds)
{
    auto const total = std::llround(std::max(0.0, seconds) * 100);
    return fmt::format("{}:{:02}:{:02}.{:02}", total / 360'000, total / 6000 % 60, total / 100 % 60, total % 100);
}

static std::string plain(std::string_view text)
{
    auto out = base::clean_utf8(text);
    std::ranges::replace(out, '\n', ' ');
    return out;
}

/// "-->" would end a cue; "<" and "&" begin tags and entities.
static std::string web_text(std::string_view text)
{
    std::string out;
    for (auto const c : plain(text))
        out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
    return out;
}

/// Override blocks and escapes of ASS lose their meaning.
static std::string ass_text(std::string_view text)
{
    std::string out;
    for (auto const c : plain(text)) {
        if (c == '{' || c == '}') out += '\\';
        out += c;
        if (c == '\\') out += "\u2060"; // WORD JOINER: "\N" must stay text
    }
    return out;
}

/// The words of a line with what each of them is written as, spaces between those that want one.
template <class Written> static std::string line_of(std::vector<plan::Word> const& line, Written const& written)
{
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (i > 0 && plan::has_space_between(line[i - 1].text, line[i].text)) out += ' ';
        out += written(line[i]);
    }
    return out;
}

static std::string write_srt(Document const& document)
{
    std::string out;
    std::size_t number = 0;
    for (auto const& cue : document.cues) {
        out += fmt::format("{}\n{} --> {}\n", ++number, clock(cue.start, ','), clock(cue.end, ','));
        for (auto const& line : cue.lines)
            out += line_of(line, [](plan::Word const& word) { return web_text(word.text); }) + "\n";
        out += "\n";
    }
    return out;
}

static std::string write_vtt(Document const& document)
{
    std::string out = "WEBVTT\n";
    if (!document.language.empty()) out += "Language: " + plain(document.language) + "\n";
    for (auto const& cue : document.cues) {
        out += fmt::format("\n{} --> {}\n", clock(cue.start, '.'), clock(cue.end, '.'));
        auto first = true;
        for (auto const& line : cue.lines)
            out += line_of(line,
                           [&](plan::Word const& word) {
                               auto const timed = document.word_times && !std::exchange(first, false);
                               return (timed ? "<" + clock(word.start, '.') + ">" : "") + web_text(word.text);
                           }) +
                   "\n";
    }
    return out;
}

static std::string write_ass(Document const& document)
{
    std::string out =
        "[Script Info]\nScriptType: v4.00+\nPlayResX: 1080\nPlayResY: 1920\nWrapStyle: 0\n"
        "ScaledBorderAndShadow: yes\nYCbCr Matrix: TV.709\n\n[V4+ Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
        "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
        "MarginR, MarginV, Encoding\n"
        "Style: Default,Lato,80,&H0000E1FF,&H00FFFFFF,&H00000000,&H60000000,-1,0,0,0,100,100,0,0,1,5,2,2,60,60,480,1\n"
        "\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n";
    for (auto const& cue : document.cues) {
        out += fmt::format("Dialogue: 0,{},{},Default,,0,0,0,,", ass_clock(cue.start), ass_clock(cue.end));
        std::vector<double> starts; // of each word, and the cue's end
        for (auto const& line : cue.lines)
            for (auto const& word : line) starts.push_back(word.start);
        starts.push_back(cue.end);
        std::size_t index = 0;
        auto sung = std::llround(cue.start * 100);
        for (std::size_t i = 0; i < cue.lines.size(); ++i) {
            if (i > 0) out += "\\N";
            out += line_of(cue.lines[i], [&](plan::Word const& word) {
                auto const next = std::max(sung, std::llround(starts[++index] * 100));
                auto const tag = document.word_times ? fmt::format("{{\\k{}}}", next - sung) : std::string();
                sung = next;
                return tag + ass_text(word.text);
            });
        }
        out += "\n";
    }
    return out;
}

static std::string write_json(Document const& document)
{
    base::json::array words;
    for (auto const& word : document.words()) {
        auto const round = [](double seconds) { return std::round(seconds * 1000) / 1000; };
        base::json::object entry{{"text", plain(word.text)}, {"start", round(word.start)}, {"end", round(word.end)}};
        if (word.confidence) entry["confidence"] = *word.confidence;
        words.push_back(std::move(entry));
    }
    base::json::object out{{"language", document.language}, {"words", std::move(words)}};
    return base::json::serialize(out) + "\n";
}

std::string write(Document const& document, Format format)
{
    switch (format) {
    case Format::Srt: return write_srt(document);
    case Format::Vtt: return write_vtt(document);
    case Format::Ass: return write_ass(document);
    default: return write_json(document);
    }
}

} // namespace studio::subtitles
