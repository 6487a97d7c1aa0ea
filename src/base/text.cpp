#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace base {

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trim(std::string_view text)
{
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string lower_ascii(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    for (;;) {
        auto const at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::vector<std::string> split_list(std::string_view text)
{
    std::vector<std::string> parts;
    for (auto const& part : split(text, ','))
        if (auto const trimmed = trim(part); !trimmed.empty()) parts.emplace_back(trimmed);
    return parts;
}

std::string snake_case(std::string_view pascal)
{
    std::string out;
    for (std::size_t i = 0; i < pascal.size(); ++i) {
        if (i > 0 && pascal[i] >= 'A' && pascal[i] <= 'Z') out += '_';
        out += lower(pascal[i]);
    }
    return out;
}

/// Length of the well-formed sequence at the front (RFC 3629), 0 where it is malformed.
static std::size_t sequence_length(std::string_view text)
{
    auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    auto const tail = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
    auto const first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return tail(1, 0x80, 0xBF) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        auto const low = first == 0xE0 ? 0xA0U : 0x80U;
        auto const high = first == 0xED ? 0x9FU : 0xBFU;
        return tail(1, low, high) && tail(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        auto const low = first == 0xF0 ? 0x90U : 0x80U;
        auto const high = first == 0xF4 ? 0x8FU : 0xBFU;
        return tail(1, low, high) && tail(2, 0x80, 0xBF) && tail(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        auto const length = sequence_length(text);
        if (length == 0 || text.front() == '\0') return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t utf8_length(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::string clean_utf8(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        std::size_t plain = 0; // nearly all of nearly every text: copied at once
        while (plain < text.size() && text[plain] >= 0x20 && text[plain] < 0x7F) ++plain;
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        auto const length = sequence_length(text);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
        } else if (length > 1 || static_cast<unsigned char>(text.front()) >= 0x20 || text.front() == '\n' ||
                   text.front() == '\t') {
            if (text.front() != '\x7F') out += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::string truncate_utf8(std::string_view text, std::size_t max_bytes)
{
    if (text.size() <= max_bytes) return std::string(text);
    while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0U) == 0x80U) --max_bytes;
    return std::string(text.substr(0, max_bytes));
}

std::string slug(std::string_view text, std::size_t max_bytes)
{
    std::string out;
    for (auto const c : text) {
        if (out.size() >= max_bytes) break;
        if (is_alnum(c))
            out += lower(c);
        else if (c != '\'' && !out.empty() && out.back() != '-')
            out += '-';
    }
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out.empty() ? "untitled" : out;
}

static void append_code_point(std::string& out, std::uint32_t code)
{
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
    auto const push = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        push(code);
    } else if (code < 0x800) {
        push(0xC0 | (code >> 6));
        push(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        push(0xE0 | (code >> 12));
        push(0x80 | ((code >> 6) & 0x3F));
        push(0x80 | (code & 0x3F));
    } else {
        push(0xF0 | (code >> 18));
        push(0x80 | ((code >> 12) & 0x3F));
        push(0x80 | ((code >> 6) & 0x3F));
        push(0x80 | (code & 0x3F));
    }
}

/// Decodes the entity at the front ("&amp;..."); returns its length, 0 where it is none.
static std::size_t decode_entity(std::string_view text, std::string& out)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> named{{{"amp", "&"},
                                                                                          {"lt", "<"},
                                                                                          {"gt", ">"},
                                                                                          {"quot", "\""},
                                                                                          {"apos", "'"},
                                                                                          {"nbsp", " "},
                                                                                          {"ndash", "\u2013"},
                                                                                          {"mdash", "\u2014"},
                                                                                          {"hellip", "\u2026"},
                                                                                          {"rsquo", "\u2019"},
                                                                                          {"ldquo", "\u201C"},
                                                                                          {"rdquo", "\u201D"}}};
    auto const end = text.substr(0, 12).find(';');
    if (end == std::string_view::npos || end < 2) return 0;
    auto const body = text.substr(1, end - 1);
    if (body[0] == '#') {
        auto const hex = body.size() > 1 && (body[1] == 'x' || body[1] == 'X');
        auto const digits = body.substr(hex ? 2 : 1);
        std::uint32_t code = 0;
        auto const [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
        if (error != std::errc{} || last != digits.data() + digits.size()) return 0;
        append_code_point(out, code);
        return end + 1;
    }
    for (auto const& [entity, value] : named)
        if (entity == body) {
            out += value;
            return end + 1;
        }
    return 0;
}

std::string strip_html(std::string_view html)
{
    std::string text;
    while (!html.empty()) {
        if (html.front() == '<' && html.size() > 1 && (is_alnum(html[1]) || html[1] == '/' || html[1] == '!')) {
            auto const end = html.find('>');
            if (end == std::string_view::npos) break;
            text += ' ';
            html.remove_prefix(end + 1);
        } else if (html.front() == '&') {
            auto const length = decode_entity(html, text);
            if (length == 0) text += '&';
            html.remove_prefix(std::max<std::size_t>(length, 1));
        } else {
            text += html.front();
            html.remove_prefix(1);
        }
    }
    std::string out;
    for (auto const c : text) {
        if (!is_space(c))
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return clean_utf8(out);
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    for (auto const c : text) {
        if (is_alnum(c) || (static_cast<unsigned char>(c) & 0x80U)) {
            word += lower(c);
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

} // namespace base
