#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace base {

std::string_view trim(std::string_view text);
std::string lower_ascii(std::string_view text);
/// Splits at every separator; empty parts are kept.
std::vector<std::string> split(std::string_view text, char separator);
/// "a, b,,c" -> {"a", "b", "c"}: parts between commas, trimmed, without empty ones.
std::vector<std::string> split_list(std::string_view text);
/// "FileNotFound" -> "file_not_found".
std::string snake_case(std::string_view pascal);
/// True for well-formed UTF-8 without NUL.
bool is_utf8(std::string_view text);
/// Code points in a text that is UTF-8.
std::size_t utf8_length(std::string_view text);
/// Replaces each malformed byte by U+FFFD and drops control characters except tab and newline.
std::string clean_utf8(std::string_view text);
/// At most max_bytes, cut between code points.
std::string truncate_utf8(std::string_view text, std::size_t max_bytes);
/// Lower-case letters, digits and dashes; safe as a file name on every system. Empty input gives "untitled".
std::string slug(std::string_view text, std::size_t max_bytes = 60);
/// Removes tags, decodes entities, folds white space: what a reader would see.
std::string strip_html(std::string_view html);
/// Words of letters and digits, lower case; multi-byte letters stay together.
std::vector<std::string> words_of(std::string_view text);

} // namespace base
