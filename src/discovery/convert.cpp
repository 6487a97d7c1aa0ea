#include "discovery/convert.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace discovery {

using base::json::value;

static constexpr double seconds_longest = 30.0 * 24 * 3600; // a duration beyond a month is a mistake

std::optional<std::string> text_of(value const& value)
{
    std::string text;
    if (auto const* string = value.if_string())
        text = base::clean_utf8(base::trim({string->data(), string->size()}));
    else if (value.is_int64() || value.is_uint64() || value.is_double())
        base::put_json(text, value);
    else if (auto const* array = value.if_array())
        return array->empty() ? std::nullopt : text_of(array->front());
    if (text.empty()) return std::nullopt;
    return text;
}

static std::optional<double> parse_number(std::string_view text)
{
    double number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::optional<double> number_of(value const& value)
{
    if (value.is_number()) {
        auto const number = value.to_number<double>();
        return std::isfinite(number) ? std::optional(number) : std::nullopt;
    }
    auto const text = text_of(value);
    return text ? parse_number(*text) : std::nullopt;
}

std::optional<std::int64_t> parse_count(std::string_view text)
{
    std::string digits;
    for (auto const c : base::trim(text))
        if (c != ',' && c != ' ' && c != '_') digits += c;
    if (digits.ends_with('+')) digits.pop_back();
    double factor = 1;
    if (!digits.empty()) {
        auto const unit = digits.back() | 0x20;
        factor = unit == 'k' ? 1e3 : unit == 'm' ? 1e6 : unit == 'b' ? 1e9 : 1;
        if (factor > 1) digits.pop_back();
    }
    auto const number = parse_number(digits);
    if (!number || *number < 0 || *number * factor > 9e15) return std::nullopt;
    return static_cast<std::int64_t>(std::llround(*number * factor));
}

/// "H:MM:SS", "M:SS", minutes may pass 59.
static std::optional<double> parse_clock(std::string_view text)
{
    double seconds = 0;
    auto const parts = base::split(text, ':');
    if (parts.size() > 3) return std::nullopt;
    for (auto const& part : parts) {
        auto const number = parse_number(part);
        if (!number || *number < 0) return std::nullopt;
        seconds = seconds * 60 + *number;
    }
    return seconds;
}

/// "PT1H2M3.5S", "P1DT2H", "3h21m9s".
static std::optional<double> parse_units(std::string_view text)
{
    auto lower = base::lower_ascii(text);
    std::string_view rest = lower;
    if (rest.starts_with('p')) rest.remove_prefix(1);
    double seconds = 0;
    auto found = false;
    while (!rest.empty()) {
        if (rest.front() == 't') {
            rest.remove_prefix(1);
            continue;
        }
        double number = 0;
        auto const [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (error != std::errc{} || end == rest.data() + rest.size() || number < 0) return std::nullopt;
        auto const unit = *end;
        auto const factor = unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : unit == 's' ? 1 : 0;
        if (factor == 0) return std::nullopt;
        seconds += number * factor;
        found = true;
        rest.remove_prefix(static_cast<std::size_t>(end + 1 - rest.data()));
    }
    return found ? std::optional(seconds) : std::nullopt;
}

std::optional<double> parse_length(std::string_view text)
{
    text = base::trim(text);
    auto const seconds = text.find(':') != std::string_view::npos ? parse_clock(text)
                         : parse_number(text)                     ? parse_number(text)
                                                                  : parse_units(text);
    if (!seconds || !(*seconds > 0) || *seconds > seconds_longest)
        return std::nullopt; // 0 is how platforms say unknown
    return seconds;
}

std::optional<base::Time> epoch_time(double seconds)
{
    if (!(seconds > 0) || seconds > 32'503'680'000.0) return std::nullopt; // the year 3000
    return base::Time(base::Milliseconds(static_cast<std::int64_t>(std::llround(seconds * 1000))));
}

std::vector<std::string> split_list(std::string_view text, std::string_view separators)
{
    std::vector<std::string> out;
    while (!text.empty() && out.size() < tags_max) {
        auto const end = text.find_first_of(separators);
        auto const part = base::truncate_utf8(base::trim(base::clean_utf8(text.substr(0, end))), tag_bytes_max);
        if (!part.empty() && std::find(out.begin(), out.end(), part) == out.end()) out.push_back(part);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

std::optional<std::string> language_tag(std::string_view text)
{
    static constexpr std::array<std::array<std::string_view, 4>, 17> known{{
        {"ar", "ara", "ara", "arabic"},
        {"de", "ger", "deu", "german"},
        {"en", "eng", "eng", "english"},
        {"es", "spa", "spa", "spanish"},
        {"fr", "fre", "fra", "french"},
        {"hi", "hin", "hin", "hindi"},
        {"it", "ita", "ita", "italian"},
        {"ja", "jpn", "jpn", "japanese"},
        {"ko", "kor", "kor", "korean"},
        {"nl", "dut", "nld", "dutch"},
        {"pl", "pol", "pol", "polish"},
        {"pt", "por", "por", "portuguese"},
        {"ru", "rus", "rus", "russian"},
        {"sv", "swe", "swe", "swedish"},
        {"tr", "tur", "tur", "turkish"},
        {"uk", "ukr", "ukr", "ukrainian"},
        {"zh", "chi", "zho", "chinese"},
    }};
    auto tag = base::lower_ascii(base::trim(text));
    std::replace(tag.begin(), tag.end(), '_', '-');
    for (auto const& names : known)
        if (std::find(names.begin(), names.end(), tag) != names.end()) return std::string(names.front());
    auto const letters = [](std::string_view part) {
        return std::all_of(part.begin(), part.end(),
                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
    };
    auto const first = tag.substr(0, tag.find('-'));
    if (first.size() < 2 || first.size() > 3 || tag.size() > 12 || first == "und" || first == "mul")
        return std::nullopt;
    for (auto const& part : base::split(tag, '-'))
        if (part.empty() || !letters(part)) return std::nullopt;
    return tag;
}

std::string file_title(std::string_view name)
{
    if (name.starts_with("File:")) name.remove_prefix(5);
    auto const dot = name.rfind('.');
    if (dot != std::string_view::npos && dot > 0 && name.size() - dot <= 6) name = name.substr(0, dot);
    std::string out(name);
    std::replace(out.begin(), out.end(), '_', ' ');
    return std::string(base::trim(out));
}

std::string slug_title(std::string_view url)
{
    url = url.substr(0, url.find_first_of("?#"));
    while (url.ends_with('/')) url.remove_suffix(1);
    if (auto const slash = url.rfind('/'); slash != std::string_view::npos) url.remove_prefix(slash + 1);
    if (url.ends_with(".html")) url.remove_suffix(5);
    auto const is_number = [](std::string const& word) {
        return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    auto words = base::split(url, '-');
    while (!words.empty() && is_number(words.back())) words.pop_back();
    std::string out;
    for (auto const& word : words)
        if (!word.empty()) out += (out.empty() ? "" : " ") + word;
    if (!out.empty() && out.front() >= 'a' && out.front() <= 'z') out.front() = static_cast<char>(out.front() - 32);
    return out;
}

std::string first_line(std::string_view text)
{
    auto const lower = base::lower_ascii(text);
    std::size_t begin = 0;
    while (begin < text.size()) {
        auto end = lower.find('\n', begin);
        for (auto const* mark : {"<br", "</p"}) end = std::min(end, lower.find(mark, begin));
        if (auto line = base::strip_html(text.substr(begin, end - begin)); !line.empty()) return line;
        if (end == std::string::npos) break;
        auto const tag_end = lower[end] == '<' ? lower.find('>', end) : end;
        if (tag_end == std::string::npos) break;
        begin = tag_end + 1;
    }
    return "";
}

std::vector<std::string> hashtags(std::string_view text)
{
    std::string joined;
    auto const in_word = [](char c) {
        return c == '_' || static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '#' || (i > 0 && (in_word(text[i - 1]) || text[i - 1] == '&'))) continue;
        auto end = i + 1;
        while (end < text.size() && in_word(text[end])) ++end;
        joined.append(text.substr(i + 1, end - i - 1)) += '\n';
        i = end - 1;
    }
    return split_list(joined, "\n");
}

std::optional<base::Time> id_time(std::string_view id)
{
    std::uint64_t number = 0;
    auto const [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc{} || end != id.data() + id.size()) return std::nullopt;
    return epoch_time(static_cast<double>(number >> 32U));
}

} // namespace discovery
