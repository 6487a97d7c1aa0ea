#include "plan/caption_text.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace plan {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr std::array wide_ranges{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E}, Range{0x3041, 0xA4CF},
                                 Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF}, Range{0xFE30, 0xFE6F},
                                 Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6}, Range{0x1F300, 0x1FAFF},
                                 Range{0x20000, 0x3FFFD}, Range{0x2600, 0x27BF}, Range{0x1F000, 0x1F2FF}};
/// Combining marks and what joins or selects: they take no room of their own.
constexpr std::array joined_ranges{
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489},   Range{0x0591, 0x05C7},  Range{0x0610, 0x061A},
    Range{0x064B, 0x065F}, Range{0x0670, 0x0670},   Range{0x06D6, 0x06ED},  Range{0x0900, 0x0903},
    Range{0x093A, 0x094F}, Range{0x0951, 0x0957},   Range{0x0962, 0x0963},  Range{0x0E31, 0x0E31},
    Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E},   Range{0x200B, 0x200F},  Range{0x2028, 0x202E},
    Range{0x2060, 0x206F}, Range{0x20D0, 0x20FF},   Range{0x3099, 0x309A},  Range{0xFE00, 0xFE0F},
    Range{0xFE20, 0xFE2F}, Range{0x1F3FB, 0x1F3FF}, Range{0xE0000, 0xE0FFF}};
constexpr std::array unspaced_ranges{Range{0x0E01, 0x0EFF}, Range{0x1000, 0x109F},  Range{0x1780, 0x17FF},
                                     Range{0x2E80, 0x312F}, Range{0x31A0, 0xA4CF},  Range{0xF900, 0xFAFF},
                                     Range{0xFF00, 0xFF9F}, Range{0x20000, 0x3FFFD}};
/// Of the unspaced scripts, those whose characters may stand at the end of any line.
constexpr std::array breakable_ranges{Range{0x2E80, 0x312F}, Range{0x31A0, 0xA4CF}, Range{0xF900, 0xFAFF},
                                      Range{0xFF00, 0xFF9F}, Range{0x20000, 0x3FFFD}};

template <std::size_t Size> bool contains(std::array<Range, Size> const& ranges, char32_t code)
{
    return std::ranges::any_of(ranges, [&](Range const& range) { return code >= range.first && code <= range.last; });
}

constexpr std::u32string_view sentence_ends = U".!?\u2026\u061F\u06D4\u0964\u3002\uFF01\uFF1F\uFF0E";
constexpr std::u32string_view phrase_ends = U",;:\u2014\u060C\u061B\u3001\uFF0C\uFF1B\uFF1A";
constexpr std::u32string_view closing = U"\"')]}\u00BB\u2019\u201D\u300D\u300F\uFF09\u3011";
/// Never first in a line (kinsoku), or part of the character before.
constexpr std::u32string_view sticks_to_previous = U"\u3001\u3002\uFF0C\uFF0E\uFF01\uFF1F\uFF1A\uFF1B\u300D\u300F"
                                                   U"\uFF09\u3011\u3005\u30FC\u3041\u3043\u3045\u3047\u3049\u3063"
                                                   U"\u3083\u3085\u3087\u30A1\u30A3\u30A5\u30A7\u30A9\u30C3\u30E3"
                                                   U"\u30E5\u30E7!?.,:;)\u201D\u2019\u2026\u30FB";
constexpr std::u32string_view sticks_to_next = U"\u300C\u300E\uFF08\u3010(\u201C\u2018";

constexpr std::array phrase_begins{"and",  "but",  "or",   "because", "that",   "which",  "when", "where", "while",
                                   "who",  "if",   "so",   "then",    "until",  "with",   "from", "und",   "aber",
                                   "oder", "weil", "dass", "wenn",    "et",     "mais",   "ou",   "que",   "parce",
                                   "qui",  "y",    "pero", "o",       "porque", "cuando", "e",    "ma",    "mas",
                                   "и",    "но",   "а",    "что",     "или",    "как", //
                                   "και",  "αλλά", "ή"};
constexpr std::array forward{"the", "a",   "an",    "of",  "to",  "in",  "on",  "at",   "my", "your", "his",
                             "her", "our", "their", "its", "be",  "not", "no",  "very", "i",  "der",  "die",
                             "das", "ein", "eine",  "zu",  "im",  "le",  "la",  "les",  "un", "une",  "de",
                             "du",  "des", "à",     "el",  "los", "las", "del", "al",   "il", "lo",   "в",
                             "на",  "с",   "к",     "о",   "ο",   "η",   "το"};

template <std::size_t Size> bool has_word(std::array<char const*, Size> const& list, std::string_view word)
{
    auto const plain = base::lower_ascii(word);
    return std::ranges::any_of(list, [&](char const* entry) { return plain == entry; });
}

/// The last code point that is no quotation mark or bracket.
char32_t last_mark(std::string_view word)
{
    auto codes = code_points(word);
    while (!codes.empty() && closing.find(codes.back()) != std::u32string_view::npos) codes.pop_back();
    return codes.empty() ? U' ' : codes.back();
}

} // namespace

std::u32string code_points(std::string_view utf8)
{
    std::u32string codes;
    for (std::size_t i = 0; i < utf8.size();) {
        auto const first = static_cast<unsigned char>(utf8[i]);
        auto const length = first < 0x80 ? 1U : first >= 0xF0 ? 4U : first >= 0xE0 ? 3U : first >= 0xC0 ? 2U : 0U;
        if (length == 0 || i + length > utf8.size()) {
            codes += U'\uFFFD';
            ++i;
            continue;
        }
        char32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
        for (unsigned k = 1; k < length; ++k) code = code << 6U | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
        codes += code;
        i += length;
    }
    return codes;
}

void append_utf8(std::string& text, char32_t code)
{
    auto const byte = [&](char32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) {
        byte(0xC0U | code >> 6U);
    } else {
        if (code < 0x10000) {
            byte(0xE0U | code >> 12U);
        } else {
            byte(0xF0U | code >> 18U);
            byte(0x80U | (code >> 12U & 0x3FU));
        }
        byte(0x80U | (code >> 6U & 0x3FU));
    }
    byte(0x80U | (code & 0x3FU));
}

int display_width(std::string_view utf8)
{
    int width = 0;
    auto joiner = false;
    for (auto const code : code_points(utf8)) {
        auto const part = contains(joined_ranges, code);
        if (!part && !joiner) width += contains(wide_ranges, code) ? 2 : 1;
        joiner = code == 0x200D; // what follows a joiner is drawn as one with what stood before
    }
    return width;
}

bool is_unspaced(char32_t code) { return contains(unspaced_ranges, code); }

bool has_space_between(std::string_view word, std::string_view next)
{
    auto const left = code_points(word);
    auto const right = code_points(next);
    return left.empty() || right.empty() || !is_unspaced(left.back()) || !is_unspaced(right.front());
}

bool ends_sentence(std::string_view word) { return sentence_ends.find(last_mark(word)) != std::u32string_view::npos; }
bool ends_phrase(std::string_view word)
{
    return ends_sentence(word) || phrase_ends.find(last_mark(word)) != std::u32string_view::npos;
}
bool begins_phrase(std::string_view word) { return has_word(phrase_begins, word); }
bool leans_forward(std::string_view word) { return has_word(forward, word); }

std::vector<std::string> split_unspaced(std::string_view word)
{
    std::vector<std::string> parts;
    char32_t last = 0;
    for (auto const code : code_points(word)) {
        auto const one = contains(breakable_ranges, code) || contains(breakable_ranges, last);
        auto const sticks = contains(joined_ranges, code) ||
                            sticks_to_previous.find(code) != std::u32string_view::npos ||
                            sticks_to_next.find(last) != std::u32string_view::npos;
        if (parts.empty() || (one && !sticks)) parts.emplace_back();
        append_utf8(parts.back(), code);
        last = code;
    }
    return parts;
}

} // namespace plan
