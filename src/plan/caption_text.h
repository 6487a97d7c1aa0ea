#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plan {

/// Code points; malformed bytes become U+FFFD.
std::u32string code_points(std::string_view utf8);
void append_utf8(std::string& text, char32_t code);

/// As a reader counts: 1 for a letter, 2 for a wide one (Chinese, Japanese, Korean, emoji), 0 for marks that join.
int display_width(std::string_view utf8);
/// True for scripts written without spaces between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese.
bool is_unspaced(char32_t code);
/// True where a space belongs between two words.
bool has_space_between(std::string_view word, std::string_view next);

bool ends_sentence(std::string_view word);
bool ends_phrase(std::string_view word);
/// Words before which a line breaks well ("and", "because", "und", "mais" ...).
bool begins_phrase(std::string_view word);
/// Words that belong to what follows ("the", "of", "to" ...).
bool leans_forward(std::string_view word);

/// A run of unspaced script becomes one part for each character (with the marks and punctuation that belong to it);
/// all else stays whole.
std::vector<std::string> split_unspaced(std::string_view word);

} // namespace plan
