#include "media/captions/ass_script.h"

#include "base/error.h"
#include "base/text.h"

#include <charconv>
#include <clocale>
#include <cmath>
#include <cwchar>
#include <cwctype>
#include <memory>

namespace media {

static constexpr int pop_percent = 112;

Rgb parse_color(std::string_view text, std::string_view field)
{
    unsigned value = 0;
    auto const digits = text.substr(std::min<std::size_t>(1, text.size()));
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (text.size() != 7 || text[0] != '#' || error != std::errc{} || end != digits.data() + digits.size())
        base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is not a colour like #ffe14d", field, text);
    return {static_cast<int>(value >> 16U), static_cast<int>(value >> 8U & 0xFFU), static_cast<int>(value & 0xFFU)};
}

/// ASS writes colours as &HAABBGGRR with 00 for opaque.
static std::string ass_color(std::string_view text, std::string_view field, int transparency = 0)
{
    auto const [red, green, blue] = parse_color(text, field);
    return fmt::format("&H{:02X}{:02X}{:02X}{:02X}", transparency, blue, green, red);
}

static std::string ass_time(double seconds)
{
    auto const total = std::lround(std::max(0.0, seconds) * 100);
    return fmt::format("{}:{:02}:{:02}.{:02}", total / 360000, total / 6000 % 60, total / 100 % 60, total % 100);
}

/// Upper case of any script that has one (C.UTF-8 is part of every glibc).
static std::string upper(std::string const& text)
{
    static std::unique_ptr<std::remove_pointer_t<locale_t>, decltype(&::freelocale)> const locale(
        ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr), &::freelocale);
    if (!locale) return text;
    auto const before = ::uselocale(locale.get());
    std::string out;
    std::mbstate_t in_state{};
    std::mbstate_t out_state{};
    for (std::size_t at = 0; at < text.size();) {
        wchar_t wide = 0;
        auto const length = std::mbrtowc(&wide, text.data() + at, text.size() - at, &in_state);
        if (length == 0 || length > text.size()) break;
        char buffer[8];
        auto const written =
            std::wcrtomb(buffer, static_cast<wchar_t>(std::towupper(static_cast<wint_t>(wide))), &out_state);
        if (written <= sizeof buffer) out.append(buffer, written);
        at += length;
    }
    ::uselocale(before);
    return out;
}

/// Override blocks and escapes of ASS lose their meaning; line breaks become spaces.
static std::string escape(std::string_view text)
{
    std::string out;
    for (auto const c : base::clean_utf8(text)) {
        if (c == '{')
            out += "\\{";
        else if (c == '}')
            out += "\\}";
        else if (c == '\\')
            out += "\\\u2060"; // WORD JOINER: "\N" must stay text
        else if (c == '\n' || c == '\t')
            out += ' ';
        else
            out += c;
    }
    return out;
}

static std::string header(plan::Captions const& captions, plan::Canvas const& canvas)
{
    auto const& style = captions.style;
    auto const pixels = [&](double fraction) { return fraction * canvas.height; };
    auto const boxed = !style.box_color.empty();
    auto const edge = boxed ? ass_color(style.box_color, "captions.style.box_color", 0x30)
                            : ass_color(style.outline_color, "captions.style.outline_color");
    return fmt::format(
        "[Script Info]\nScriptType: v4.00+\nPlayResX: {}\nPlayResY: {}\nWrapStyle: 0\n"
        "ScaledBorderAndShadow: yes\nYCbCr Matrix: TV.709\n\n[V4+ Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
        "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
        "MarginR, MarginV, Encoding\n"
        "Style: word,{},{:.1f},{},{},{},{},{},0,0,0,100,100,0,0,{},{:.2f},{:.2f},5,{},{},0,1\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n",
        canvas.width, canvas.height, captions.font_family, pixels(style.size),
        ass_color(style.color, "captions.style.color"), ass_color(style.color, "captions.style.color"), edge,
        ass_color("#000000", "shadow", 0x60), style.bold ? -1 : 0, boxed ? 3 : 1,
        boxed ? pixels(0.008) : pixels(style.outline), pixels(style.shadow), canvas.width / 20, canvas.width / 20);
}

/// One card with the given word lit (npos: none).
static std::string card_text(plan::Captions const& captions, CaptionCard const& card, std::size_t lit)
{
    auto const& style = captions.style;
    std::string out;
    for (std::size_t i = 0; i < card.lines.size(); ++i) {
        if (i > 0) out += "\\N";
        for (auto const index : card.lines[i]) {
            if (index != card.lines[i].front()) out += ' ';
            auto const& text = captions.words[index].text;
            auto const shown = escape(style.uppercase ? upper(text) : text);
            if (index != lit || style.motion == plan::CaptionMotion::None) {
                out += shown;
                continue;
            }
            out += "{\\1c" + ass_color(style.highlight_color, "captions.style.highlight_color") + "&";
            if (style.motion == plan::CaptionMotion::Pop) out += fmt::format("\\fscx{0}\\fscy{0}", pop_percent);
            out += "}" + shown + "{\\r}";
        }
    }
    return out;
}

std::string ass_script(plan::Captions const& captions, plan::Canvas const& canvas, double clip_seconds)
{
    auto script = header(captions, canvas);
    auto const place =
        fmt::format("{{\\an5\\pos({},{:.0f})}}", canvas.width / 2, captions.style.position * canvas.height);
    auto const add = [&](double start, double end, std::string const& text) {
        if (std::lround(end * 100) > std::lround(start * 100))
            script += fmt::format("Dialogue: 0,{},{},word,,0,0,0,,{}{}\n", ass_time(start), ass_time(end), place, text);
    };
    for (auto const& card : layout(captions, clip_seconds)) {
        auto at = card.start;
        std::vector<std::size_t> words;
        for (auto const& line : card.lines) words.insert(words.end(), line.begin(), line.end());
        for (std::size_t i = 0; i < words.size(); ++i) {
            // A word stays lit until the next begins, so the eye is led without gaps.
            auto const next =
                i + 1 < words.size() ? std::clamp(captions.words[words[i + 1]].start, at, card.end) : card.end;
            add(at, next, card_text(captions, card, words[i]));
            at = next;
        }
    }
    return script;
}

} // namespace media
